using System.Net;
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;
using Wharf.Engine.Builds.Plan;
using Wharf.Linux.Files;
using Wharf.Oci;

namespace Wharf.Engine.Builds.Solve;

/// <summary>Fetches one file for ADD. It gets the time that the server gives it, so that the same file makes the same layer.</summary>
internal static class Download
{
    private const uint Mode = 0x180; // 0600, as Docker has it
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(30);

    internal static async Task RunAsync(DownloadVertex source, string directory, CancellationToken cancellationToken)
    {
        using var client = new HttpClient { Timeout = Patience };
        try
        {
            using HttpResponseMessage answer = await client.GetAsync(source.Address, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            if (answer.StatusCode != HttpStatusCode.OK)
            {
                throw WharfException.Invalid($"ADD failed: {source.Address}: {(int)answer.StatusCode} {answer.ReasonPhrase}");
            }

            Digest digest = await SaveAsync(answer, source, directory, cancellationToken);
            if (source.Checksum is not null && digest != source.Checksum)
            {
                throw WharfException.Invalid($"ADD failed: digest mismatch for {source.Address}: got {digest}, expected {source.Checksum}");
            }
        }
        catch (HttpRequestException failure)
        {
            throw new WharfException(ErrorKind.Unavailable, $"ADD failed: {source.Address}: {failure.Message}", failure);
        }
    }

    private static async Task<Digest> SaveAsync(HttpResponseMessage answer, DownloadVertex source, string directory, CancellationToken cancellationToken)
    {
        using IncrementalHash hash = source.Checksum is null ? Digest.CreateHash() : Digest.CreateHash(source.Checksum);
        string path = Path.Combine(directory, source.FileName);
        await using (Stream body = await answer.Content.ReadAsStreamAsync(cancellationToken))
        await using (var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write))
        {
            byte[] buffer = new byte[256 << 10];
            int length;
            while ((length = await body.ReadAsync(buffer, cancellationToken)) > 0)
            {
                hash.AppendData(buffer, 0, length);
                await file.WriteAsync(buffer.AsMemory(0, length), cancellationToken);
            }
        }

        using (SafeFileHandle file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite))
        {
            long modified = (answer.Content.Headers.LastModified ?? DateTimeOffset.UnixEpoch).ToUnixTimeSeconds();
            TreeWriter.FinishFile(file, System.Text.Encoding.UTF8.GetBytes(source.FileName), new FileMetadata(Mode, 0, 0, modified, 0, []));
        }

        return Digest.From(hash);
    }
}
