using Wharf.Engine.Images.Unpack;
using Wharf.Linux.Files;

namespace Wharf.Engine.Images.Pack;

/// <summary>
/// Writes a directory as an archive. Of several names of one file the first is the file and the others are hard links to it; sockets have no
/// place in an archive. The same directory gives the same bytes.
/// </summary>
internal sealed class TreePacker : IDisposable
{
    private static readonly IReadOnlyList<ExtendedAttribute> _none = [];
    private readonly TreeReader _tree;
    private readonly TarWriter _archive;
    private readonly Dictionary<FileIdentity, byte[]> _linked = [];
    private readonly byte[] _name = new byte[4097]; // PATH_MAX and a slash
    private readonly bool _isLayer;
    private readonly bool _omitsStubs;
    private readonly bool _omitsTimes;
    private readonly CancellationToken _cancellation;
    private long _size;

    private TreePacker(string directory, TarWriter archive, bool isLayer, bool omitsStubs, bool omitsTimes, CancellationToken cancellationToken)
    {
        _tree = new TreeReader(directory);
        _archive = archive;
        _isLayer = isLayer;
        _omitsStubs = omitsStubs;
        _omitsTimes = omitsTimes;
        _cancellation = cancellationToken;
    }

    /// <summary>Packs a directory in the form that overlayfs stacks as an image layer: see <see cref="OverlayMark"/>.</summary>
    /// <returns>Bytes of the regular files.</returns>
    /// <exception cref="WharfException">InvalidArgument: a file in it has a name that layers keep for whiteouts.</exception>
    /// <exception cref="Linux.LinuxException"/>
    internal static long PackLayer(string directory, TarWriter archive, CancellationToken cancellationToken) =>
        Pack(directory, archive, isLayer: true, omitsStubs: false, omitsTimes: false, cancellationToken);

    /// <summary>As <see cref="PackLayer"/>, with no file's time: for comparing what two directories hold.</summary>
    internal static long PackTimeless(string directory, TarWriter archive, CancellationToken cancellationToken) =>
        Pack(directory, archive, isLayer: true, omitsStubs: false, omitsTimes: true, cancellationToken);

    /// <summary>As <see cref="PackLayer"/>, a container's own upper directory: without what is there for its mounts (<see cref="MountStub"/>).</summary>
    internal static long PackUpper(string directory, TarWriter archive, CancellationToken cancellationToken) =>
        Pack(directory, archive, isLayer: true, omitsStubs: true, omitsTimes: false, cancellationToken);

    /// <summary>Packs a directory as it is, as <c>export</c> does; a file that is cut short meanwhile is filled up with zeros.</summary>
    /// <exception cref="Linux.LinuxException"/>
    internal static long PackRoot(string directory, TarWriter archive, CancellationToken cancellationToken) =>
        Pack(directory, archive, isLayer: false, omitsStubs: false, omitsTimes: false, cancellationToken);

    public void Dispose() => _tree.Dispose();

    private static long Pack(
        string directory, TarWriter archive, bool isLayer, bool omitsStubs, bool omitsTimes, CancellationToken cancellationToken)
    {
        using var packer = new TreePacker(directory, archive, isLayer, omitsStubs, omitsTimes, cancellationToken);
        packer.AddRoot();
        while (packer._tree.Next() && !archive.IsClosed)
        {
            cancellationToken.ThrowIfCancellationRequested();
            packer.Add();
        }

        archive.Finish();
        return packer._size;
    }

    /// <summary>Only where the root has something to say for itself: most writers leave it out, and most readers expect it to be plain.</summary>
    private void AddRoot()
    {
        const uint PlainPermissions = 0x1ed; // 0755
        IReadOnlyList<ExtendedAttribute> all = _tree.ReadAttributes();
        IReadOnlyList<ExtendedAttribute> attributes = Kept(all);
        TreeEntry root = _tree.Entry;
        if (root is not { Permissions: PlainPermissions, Uid: 0, Gid: 0 } || attributes.Count > 0)
        {
            _archive.Begin(Describe("./"u8, TarEntryKind.Directory, attributes));
        }

        AddOpaque([], all);
    }

    private void Add()
    {
        ref readonly TreeEntry entry = ref _tree.Entry;
        if (entry.Type == TreeEntryType.Socket)
        {
            return;
        }

        if (_omitsStubs && MountStub.Is(_tree.Path, in entry))
        {
            _tree.SkipContents();
            return;
        }

        if (_isLayer && OverlayMark.IsWhiteout(in entry))
        {
            AddWhiteout();
            return;
        }

        if (_isLayer)
        {
            Whiteout.RequireOrdinary(_tree.Path);
        }

        if (entry.Links > 1 && entry.Type != TreeEntryType.Directory && TryAddLink())
        {
            return;
        }

        IReadOnlyList<ExtendedAttribute> all = _tree.ReadAttributes();
        if (_isLayer && entry.Type == TreeEntryType.Regular && OverlayMark.IsWhiteout(all))
        {
            AddWhiteout();
            return;
        }

        switch (entry.Type)
        {
            case TreeEntryType.Directory:
                _archive.Begin(Describe(DirectoryName(), TarEntryKind.Directory, Kept(all)));
                AddOpaque(_tree.Path, all);
                break;
            case TreeEntryType.Regular:
                AddFile(Kept(all));
                break;
            case TreeEntryType.SymbolicLink:
                _archive.Begin(Describe(_tree.Path, TarEntryKind.SymbolicLink, Kept(all), _tree.ReadLink()));
                break;
            case TreeEntryType.Fifo:
                _archive.Begin(Describe(_tree.Path, TarEntryKind.Fifo, Kept(all)));
                break;
            default:
                TarEntryKind kind = entry.Type == TreeEntryType.BlockDevice ? TarEntryKind.BlockDevice : TarEntryKind.CharacterDevice;
                _archive.Begin(Describe(_tree.Path, kind, Kept(all)));
                break;
        }
    }

    private void AddFile(IReadOnlyList<ExtendedAttribute> attributes)
    {
        long size = _tree.Entry.Size;
        _size += size;
        _archive.Begin(Describe(_tree.Path, TarEntryKind.File, attributes, size: size));
        long left = size;
        while (left > 0 && !_archive.IsClosed)
        {
            _cancellation.ThrowIfCancellationRequested();
            Span<byte> room = _archive.GetSpan();
            int read = _tree.Read(room[..(int)Math.Min(room.Length, left)]);
            if (read == 0)
            {
                break;
            }

            _archive.Advance(read);
            left -= read;
        }

        _archive.WriteZeros(left);
        _archive.Pad(size);
    }

    private bool TryAddLink()
    {
        if (_linked.TryGetValue(_tree.Entry.Identity, out byte[]? first))
        {
            _archive.Begin(Describe(_tree.Path, TarEntryKind.HardLink, _none, first));
            return true;
        }

        _linked[_tree.Entry.Identity] = _tree.Path.ToArray();
        return false;
    }

    /// <summary>Nothing is known of a whiteout but its name: overlayfs gives all of them one inode.</summary>
    private void AddWhiteout() => AddMark(Whiteout.NameOf(_tree.Path));

    private void AddOpaque(ReadOnlySpan<byte> directory, IReadOnlyList<ExtendedAttribute> attributes)
    {
        if (_isLayer && OverlayMark.IsOpaque(attributes))
        {
            AddMark(Whiteout.OpaqueNameIn(directory));
        }
    }

    private void AddMark(byte[] name) =>
        _archive.Begin(new TarMember { Name = name, Kind = TarEntryKind.File, Permissions = 0x180 });

    private ReadOnlySpan<byte> DirectoryName()
    {
        ReadOnlySpan<byte> path = _tree.Path;
        path.CopyTo(_name);
        _name[path.Length] = (byte)'/';
        return _name.AsSpan(0, path.Length + 1);
    }

    private static IReadOnlyList<ExtendedAttribute> Kept(IReadOnlyList<ExtendedAttribute> attributes) =>
        attributes.Count == 0 ? attributes : [.. attributes.Where(attribute => OverlayMark.IsOfTheFile(attribute.Name))];

    private TarMember Describe(
        ReadOnlySpan<byte> name, TarEntryKind kind, IReadOnlyList<ExtendedAttribute> attributes, ReadOnlySpan<byte> target = default, long size = 0)
    {
        ref readonly TreeEntry entry = ref _tree.Entry;
        bool isDevice = kind is TarEntryKind.CharacterDevice or TarEntryKind.BlockDevice;
        return new TarMember
        {
            Name = name,
            Kind = kind,
            Target = target,
            Size = size,
            Permissions = entry.Permissions,
            Uid = entry.Uid,
            Gid = entry.Gid,
            Modified = _omitsTimes ? 0 : entry.ModifiedSeconds,
            DeviceMajor = isDevice ? entry.DeviceMajor : 0,
            DeviceMinor = isDevice ? entry.DeviceMinor : 0,
            Attributes = attributes,
        };
    }
}
