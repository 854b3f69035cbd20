using Wharf.Engine.Containers;

namespace Wharf.Engine.Builds.Cache;

/// <summary>Filters of <c>builder prune</c> and <c>buildx du</c>.</summary>
internal static class CacheFilter
{
    /// <param name="filters">Values of one filter are alternatives, filters add up. A name ends with <c>!</c> where the value must not match, and with <c>~</c> where it must be contained.</param>
    /// <exception cref="WharfException">InvalidArgument: there is no such filter.</exception>
    internal static Func<BuildCacheRecord, bool> Parse(IReadOnlyDictionary<string, IReadOnlyList<string>> filters, DateTimeOffset now)
    {
        List<Func<BuildCacheRecord, bool>> tests = [];
        foreach ((string name, IReadOnlyList<string> values) in filters)
        {
            bool isNegated = name.EndsWith('!');
            bool isPart = name.EndsWith('~');
            string key = name.TrimEnd('!', '~');
            if (key is "until" or "unused-for")
            {
                DateTimeOffset latest = values.Min(value => Durations.TryParse(value, out TimeSpan unused)
                    ? now - unused
                    : throw WharfException.Invalid($"invalid duration \"{value}\" in filter '{key}'"));
                tests.Add(record => (record.LastUsed ?? record.Created) <= latest);
                continue;
            }

            Func<BuildCacheRecord, IEnumerable<string>> field = Field(key);
            tests.Add(record => values.Any(value => field(record).Any(actual => isPart
                ? actual.Contains(value, StringComparison.Ordinal)
                : actual == value || value.Length == 0)) != isNegated);
        }

        return record => tests.All(test => test(record));
    }

    private static Func<BuildCacheRecord, IEnumerable<string>> Field(string name) => name switch
    {
        "id" => record => [record.Id],
        "parent" or "parents" => record => record.Parents,
        "type" => record => [record.Type],
        "description" => record => [record.Description],
        "inuse" => record => [Text(record.InUse)],
        "shared" => record => [Text(record.IsShared)],
        "private" => record => [Text(!record.IsShared)],
        "mutable" => record => [Text(record.Type == CacheRecord.Mount)],
        "immutable" => record => [Text(record.Type != CacheRecord.Mount)],
        _ => throw WharfException.Invalid($"invalid filter '{name}'"),
    };

    private static string Text(bool value) => value ? "true" : "false";
}
