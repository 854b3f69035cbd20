using System.Security.Cryptography;

namespace Wharf.Engine.Containers.Naming;

/// <summary>Names for containers that were given none: a quality and somebody who knew the sea, ships or machines.</summary>
internal static class RandomName
{
    private static readonly string[] Qualities =
    [
        "able", "agile", "alert", "amber", "ample", "azure", "bold", "brave", "breezy", "bright", "brisk", "calm", "candid", "careful",
        "cheerful", "clear", "clever", "coastal", "cosy", "curious", "daring", "deft", "diligent", "eager", "early", "earnest", "easy",
        "fair", "faithful", "fearless", "fleet", "fluent", "fond", "free", "fresh", "friendly", "gentle", "gifted", "glad", "golden",
        "graceful", "grand", "hardy", "hearty", "honest", "hopeful", "jolly", "keen", "kind", "lively", "loyal", "lucid", "lucky",
        "mellow", "merry", "mighty", "modest", "neat", "nimble", "noble", "open", "patient", "placid", "plucky", "polite", "prompt",
        "proud", "quick", "quiet", "ready", "robust", "rosy", "salty", "sane", "serene", "sharp", "silent", "silver", "sincere",
        "smart", "sober", "solid", "spry", "stable", "steady", "stout", "sturdy", "sunny", "sure", "swift", "tidal", "tidy", "trim",
        "trusty", "upbeat", "valiant", "vivid", "warm", "wise", "witty", "zesty",
    ];

    private static readonly string[] Surnames =
    [
        "amundsen", "babbage", "baker", "barents", "bartik", "beaufort", "bering", "bligh", "boole", "bougainville", "brunel", "cabot",
        "cabral", "cartier", "champlain", "church", "columbus", "conrad", "cook", "cousteau", "curie", "dampier", "darwin", "dias",
        "dijkstra", "drake", "earhart", "earle", "ericson", "euler", "faraday", "fitzroy", "flinders", "fourier", "franklin", "frobisher",
        "gama", "gauss", "germain", "goldstine", "halley", "hamilton", "harrison", "hawkins", "heyerdahl", "hooke", "hopper", "hudson",
        "humboldt", "huygens", "jemison", "johnson", "kepler", "kilby", "knuth", "laplace", "lovelace", "mackenzie", "magellan",
        "maury", "maxwell", "mclean", "melville", "mercator", "nansen", "nelson", "newcomen", "noether", "noyce", "parsons", "pasteur",
        "piccard", "polo", "ptolemy", "pytheas", "raleigh", "ritchie", "ross", "scoresby", "shackleton", "shannon", "slocum", "snow",
        "stephenson", "stevin", "sverdrup", "tasman", "telford", "thompson", "turing", "vancouver", "vespucci", "watt", "wegener",
        "whittle", "wilkes", "wirth", "zheng", "zuse",
    ];

    /// <summary><c>steady_hopper</c>; later attempts add a digit, for when many names are taken.</summary>
    internal static string Pick(int attempt)
    {
        string name = $"{Qualities[RandomNumberGenerator.GetInt32(Qualities.Length)]}_{Surnames[RandomNumberGenerator.GetInt32(Surnames.Length)]}";
        return attempt < 6 ? name : name + RandomNumberGenerator.GetInt32(10 * attempt);
    }
}
