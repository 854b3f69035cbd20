using System.Runtime.InteropServices;
using Wharf.Linux.Syscalls;

namespace Wharf.Linux.Nftables;

/// <summary>
/// nftables through its library, in nft(8)'s own language. A call is one transaction: all of it holds, or none. Calls exclude each other, for a
/// context of libnftables belongs to one thread at a time. It stays in the network namespace of the thread that opened it.
/// </summary>
public sealed unsafe class NftablesContext : IDisposable
{
    private readonly Lock _gate = new();
    private nint _context;

    private NftablesContext(nint context) => _context = context;

    /// <exception cref="NftablesException">The library or the kernel's nf_tables is missing.</exception>
    public static NftablesContext Open()
    {
        try
        {
            nint context = LibNftables.NewContext(0);
            if (context == 0 || LibNftables.BufferOutput(context) != 0 || LibNftables.BufferError(context) != 0)
            {
                throw new NftablesException("nftables is not available: the kernel gives no netfilter socket");
            }

            return new NftablesContext(context);
        }
        catch (DllNotFoundException missing)
        {
            throw new NftablesException("nftables is not available: libnftables.so.1 is missing (Debian and Ubuntu: apt-get install libnftables1)", missing);
        }
    }

    /// <summary>Runs commands, one a line, as one transaction.</summary>
    /// <returns>What they print.</returns>
    /// <exception cref="NftablesException">None of them was carried out; the message is the library's.</exception>
    public string Run(string commands)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_context == 0, this);
            int result = LibNftables.Run(_context, commands);

            // SAFETY: both buffers belong to the context, are terminated, and live until its next call, which the lock holds off.
            string error = Marshal.PtrToStringUTF8((nint)LibNftables.GetError(_context)) ?? "";
            string output = Marshal.PtrToStringUTF8((nint)LibNftables.GetOutput(_context)) ?? "";
            return result == 0 ? output : throw new NftablesException("nftables: " + error.Trim());
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            if (_context != 0)
            {
                LibNftables.FreeContext(_context);
                _context = 0;
            }
        }
    }
}

/// <summary>nftables refused, or is not there.</summary>
public sealed class NftablesException(string message, Exception? cause = null) : IOException(message, cause);
