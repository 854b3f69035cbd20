using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;

namespace Wharf.Bench;

/// <summary>
/// Images made of nothing but numbers, the same every time: sizes of files as in a distribution with a tool chain (most small, few large),
/// contents that gzip takes down to about a third.
/// </summary>
/// <param name="Name">In the registry.</param>
/// <param name="Layers">Files of each layer.</param>
/// <param name="Median">Size of the file in the middle.</param>
internal sealed record SyntheticImage(string Name, IReadOnlyList<int> Layers, int Median)
{
    private const int PoolSize = 16 << 20;
    private const int FilesPerDirectory = 24;

    /// <summary>A large one: 48,000 files in three layers, about 0.9 GB, 0.3 GB compressed.</summary>
    internal static SyntheticImage Large { get; } = new("bench-large", [41_000, 5_000, 2_000], 3_500);

    /// <summary>One of many layers, each changing and hiding files of those below: about 180 MB.</summary>
    internal static SyntheticImage Layered { get; } = new("bench-layers", [.. Enumerable.Repeat(400, 24)], 3_500);

    /// <summary>Makes it and puts it into a registry.</summary>
    internal async Task PushAsync(RegistryUpload registry)
    {
        byte[] pool = MakePool();
        List<string> diffIds = [], layers = [];
        for (int i = 0; i < Layers.Count; i++)
        {
            using var blob = new MemoryStream();
            string diffId = WriteLayer(blob, i, pool);
            long size = blob.Length;
            blob.Position = 0;
            string digest = await registry.PutBlobAsync(Name, blob);
            diffIds.Add($"\"{diffId}\"");
            layers.Add($$"""{"mediaType":"application/vnd.oci.image.layer.v1.tar+gzip","digest":"{{digest}}","size":{{size}}}""");
        }

        byte[] config = Encoding.UTF8.GetBytes(
            $$$"""{"architecture":"amd64","os":"linux","config":{"Cmd":["sh"]},"rootfs":{"type":"layers","diff_ids":[{{{string.Join(',', diffIds)}}}]}}""");
        string configDigest = await registry.PutBlobAsync(Name, new MemoryStream(config));
        await registry.PutManifestAsync(
            Name,
            $$"""
            {"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json",
            "config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"{{configDigest}}","size":{{config.Length}}},
            "layers":[{{string.Join(',', layers)}}]}
            """);
    }

    private string WriteLayer(Stream blob, int layer, byte[] pool)
    {
        var random = new Random(layer + 1);
        using var hash = SHA256.Create();
        using (var gzip = new GZipStream(blob, CompressionLevel.Optimal, leaveOpen: true))
        using (var hashing = new CryptoStream(gzip, hash, CryptoStreamMode.Write, leaveOpen: true))
        using (var tar = new TarWriter(hashing, TarEntryFormat.Ustar))
        {
            for (int i = 0; i < Layers[layer]; i++)
            {
                // Every fourth file of an upper layer is one of the layer below it, every fiftieth hides one of those.
                string directory = $"usr/lib/{(i % 4 == 0 ? Math.Max(layer - 1, 0) : layer)}/{i / FilesPerDirectory}";
                if (i % FilesPerDirectory == 0)
                {
                    tar.WriteEntry(new UstarTarEntry(TarEntryType.Directory, directory + "/") { Mode = (UnixFileMode)0x1ed });
                }

                bool hides = layer > 0 && i % 50 == 1;
                int size = hides ? 0 : SizeOf(random);
                tar.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, hides ? $"usr/lib/{layer - 1}/{i / FilesPerDirectory}/.wh.file-{i}" : $"{directory}/file-{i}")
                {
                    Mode = (UnixFileMode)0x1a4,
                    ModificationTime = DateTimeOffset.UnixEpoch.AddDays(i),
                    DataStream = new MemoryStream(pool, random.Next(PoolSize - size), size),
                });
            }
        }

        return "sha256:" + Convert.ToHexStringLower(hash.Hash!);
    }

    /// <summary>Log-normal, as sizes of files are.</summary>
    private int SizeOf(Random random)
    {
        double normal = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
        return (int)Math.Min(Median * Math.Exp(1.8 * normal), PoolSize / 2);
    }

    /// <summary>Words of a small language, and now and then a run of bytes that nothing can compress.</summary>
    private static byte[] MakePool()
    {
        var random = new Random(0);
        byte[][] words = [.. Enumerable.Range(0, 4096).Select(_ => Enumerable.Range(0, random.Next(3, 11)).Select(_ => (byte)random.Next('a', 'z' + 1)).Append((byte)' ').ToArray())];
        byte[] pool = new byte[PoolSize];
        for (int at = 0; at < pool.Length;)
        {
            byte[] next = words[random.Next(words.Length)];
            if (random.Next(100) == 0)
            {
                next = new byte[96];
                random.NextBytes(next);
            }

            int length = Math.Min(next.Length, pool.Length - at);
            next.AsSpan(0, length).CopyTo(pool.AsSpan(at));
            at += length;
        }

        return pool;
    }
}
