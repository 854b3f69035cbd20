using System.Diagnostics;

namespace Wharf.Bench;

/// <summary>
/// Paired measurement: in each round every engine does the thing once, in alternating order, so that whatever else the machine does
/// falls on all alike. Reported are each one's median and the median of the per-round ratios to the first.
/// </summary>
internal sealed class Paired(IReadOnlyList<Engine> engines, int rounds)
{
    /// <param name="row">What is measured.</param>
    /// <param name="unit">Unit of what <paramref name="sample"/> returns.</param>
    /// <param name="sample">One measurement of one engine.</param>
    internal void Report(string row, string unit, Func<Engine, double> sample)
    {
        var samples = engines.ToDictionary(engine => engine.Name, _ => new List<double>());
        foreach (Engine engine in engines)
        {
            sample(engine); // the first of each is not counted: caches are cold
        }

        for (int round = 0; round < rounds; round++)
        {
            foreach (Engine engine in round % 2 == 0 ? engines : engines.Reverse())
            {
                samples[engine.Name].Add(sample(engine));
            }
        }

        List<double> reference = samples[engines[0].Name];
        foreach (Engine engine in engines)
        {
            List<double> own = samples[engine.Name];
            double ratio = Median(reference.Zip(own, (mine, other) => mine / other));
            Console.WriteLine($"| {row} | {engine.Name} | {Median(own):0.##} {unit} | {(engine == engines[0] ? "" : $"{engines[0].Name} is {ratio:0.###} ×")} |");
        }
    }

    /// <summary>Milliseconds that <paramref name="work"/> takes.</summary>
    internal static double Milliseconds(Action work)
    {
        long began = Stopwatch.GetTimestamp();
        work();
        return Stopwatch.GetElapsedTime(began).TotalMilliseconds;
    }

    private static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        int middle = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
