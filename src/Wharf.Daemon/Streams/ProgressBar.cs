namespace Wharf.Daemon.Streams;

/// <summary>The bar as text, for clients that draw none: <c>[=====&gt;      ]  12.3MB/45.6MB</c>, 50 wide, as Docker's.</summary>
internal static class ProgressBar
{
    private const int Width = 50;
    private static readonly string[] Units = ["B", "kB", "MB", "GB", "TB"];

    internal static string Draw(long current, long total)
    {
        int done = (int)(Math.Clamp((double)current / total, 0, 1) * Width);
        string bar = done >= Width ? new string('=', Width) + ">" : new string('=', done) + ">" + new string(' ', Width - done);
        return $"[{bar}]  {Size(current),6}/{Size(total)}";
    }

    /// <summary>Decimal units, four significant digits (go-units HumanSize).</summary>
    internal static string Size(long bytes)
    {
        double value = bytes;
        int unit = 0;
        while (value >= 1000 && unit < Units.Length - 1)
        {
            value /= 1000;
            unit++;
        }

        return value.ToString(value switch { >= 100 => "0.#", >= 10 => "0.##", _ => "0.###" }) + Units[unit];
    }
}
