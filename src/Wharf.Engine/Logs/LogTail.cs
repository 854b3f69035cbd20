namespace Wharf.Engine.Logs;

/// <summary>Finds where the last lines of a log begin, reading backwards from its end.</summary>
internal static class LogTail
{
    private const int ChunkBytes = 64 << 10;

    /// <summary>
    /// Drops the files that hold none of the last <paramref name="lines"/> lines, and moves the first that remains to where they begin.
    /// </summary>
    /// <param name="files">The oldest first.</param>
    /// <returns>Lines to pass over in the first file: one that is packed cannot be moved.</returns>
    internal static int Seek(List<LogFile> files, int lines)
    {
        for (int i = files.Count - 1; i >= 0; i--)
        {
            LogFile file = files[i];
            int found = file.Compressed ? Count(file) : SeekBack(file.File, lines);
            if (found >= lines)
            {
                files.GetRange(0, i).ForEach(older => older.Dispose());
                files.RemoveRange(0, i);
                return file.Compressed ? found - lines : 0;
            }

            lines -= found;
        }

        return 0;
    }

    /// <summary>Stands before the last <paramref name="lines"/> lines, or at the beginning when there are fewer.</summary>
    /// <returns>How many lines follow from there.</returns>
    private static int SeekBack(FileStream file, int lines)
    {
        byte[] chunk = new byte[ChunkBytes];
        long end = file.Length;
        int found = 0;
        while (end > 0)
        {
            int size = (int)Math.Min(ChunkBytes, end);
            int count = RandomAccess.Read(file.SafeFileHandle, chunk.AsSpan(0, size), end - size);
            ReadOnlySpan<byte> rest = chunk.AsSpan(0, count);
            int newline;
            while ((newline = rest.LastIndexOf((byte)'\n')) >= 0)
            {
                // The newline that ends the line before the first one wanted.
                if (found == lines)
                {
                    file.Position = end - size + newline + 1;
                    return found;
                }

                found++;
                rest = rest[..newline];
            }

            end -= size;
        }

        file.Position = 0;
        return found;
    }

    private static int Count(LogFile file)
    {
        byte[] chunk = new byte[ChunkBytes];
        using Stream content = file.OpenContent();
        int lines = 0;
        int count;
        try
        {
            while ((count = content.Read(chunk)) > 0)
            {
                lines += chunk.AsSpan(0, count).Count((byte)'\n');
            }
        }
        catch (InvalidDataException)
        {
            // Damaged: what could be unpacked counts, and is what will be read.
        }

        return lines;
    }
}
