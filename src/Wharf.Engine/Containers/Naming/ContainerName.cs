namespace Wharf.Engine.Containers.Naming;

/// <summary>The rule that every container name keeps, in Docker's words.</summary>
internal static class ContainerName
{
    private const string Rule = "[a-zA-Z0-9][a-zA-Z0-9_.-]";

    /// <summary>Removes the leading slash that Docker's clients may send, and checks the rest.</summary>
    internal static string Parse(string given)
    {
        string name = given.StartsWith('/') ? given[1..] : given;
        return IsValid(name)
            ? name
            : throw WharfException.Invalid($"Invalid container name ({given}), only {Rule} are allowed");
    }

    /// <summary>Two characters at least: one letter could not be told from the start of an id.</summary>
    private static bool IsValid(string name) =>
        name.Length > 1 && char.IsAsciiLetterOrDigit(name[0]) && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '.' or '-');
}
