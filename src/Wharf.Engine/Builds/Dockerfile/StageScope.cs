namespace Wharf.Engine.Builds.Dockerfile;

/// <summary>
/// The variables of one stage, at one point of it: the image's environment, then whatever ENV and ARG said, the last of them counting (as
/// in BuildKit, where ARG can override ENV).
/// </summary>
internal sealed class StageScope
{
    private readonly char _escape;
    private readonly BuildArguments _build;
    private readonly OrderedDictionary<string, string> _variables;
    private readonly OrderedDictionary<string, string?> _arguments;

    /// <param name="environment">Of the base image.</param>
    internal StageScope(char escape, BuildArguments build, IEnumerable<string> environment)
        : this(escape, build, [], [])
    {
        foreach (string entry in environment)
        {
            int equals = entry.IndexOf('=', StringComparison.Ordinal);
            _variables[equals < 0 ? entry : entry[..equals]] = equals < 0 ? "" : entry[(equals + 1)..];
        }
    }

    private StageScope(char escape, BuildArguments build, OrderedDictionary<string, string> variables, OrderedDictionary<string, string?> arguments)
    {
        _escape = escape;
        _build = build;
        _variables = variables;
        _arguments = arguments;
    }

    /// <summary>What words see, and with <see cref="BuildArguments.ProxyEnvironment"/> the environment of a RUN.</summary>
    internal IReadOnlyDictionary<string, string> Variables => _variables;

    /// <summary>Arguments declared so far, in order, with the values that a RUN sees; null for none.</summary>
    internal IReadOnlyList<(string Name, string? Value)> Arguments =>
        [.. _arguments.Select(argument => (argument.Key, _variables.GetValueOrDefault(argument.Key) ?? argument.Value))];

    internal WordExpander Expander => new(_escape, _variables);

    /// <summary>For a stage that is built FROM this one: it has its arguments too.</summary>
    internal StageScope Inherit() => new(_escape, _build, new(_variables), new(_arguments));

    internal void Set(string name, string value) => _variables[name] = value;

    /// <summary>Values come from the command line, or else from the default, or else from outside the stages.</summary>
    /// <returns>What was declared, for the history.</returns>
    /// <exception cref="DockerfileException">A default that is needed cannot be expanded.</exception>
    internal IReadOnlyList<(string Name, string? Value)> Declare(ArgInstruction instruction)
    {
        List<(string, string?)> declared = [];
        foreach (ArgDefinition argument in instruction.Arguments)
        {
            string name = argument.Name;
            string? value = _build.Given.GetValueOrDefault(name)
                ?? Expander.Expand(argument.Default)?.Text
                ?? _build.Variables.GetValueOrDefault(name);
            _arguments[name] = value;
            if (value is not null)
            {
                _variables[name] = value;
            }

            declared.Add((name, value));
        }

        return declared;
    }
}
