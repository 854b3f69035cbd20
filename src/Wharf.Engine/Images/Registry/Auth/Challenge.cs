using System.Diagnostics.CodeAnalysis;

namespace Wharf.Engine.Images.Registry.Auth;

/// <summary>One challenge of a <c>WWW-Authenticate</c> header (RFC 9110, section 11.6.1): a scheme and its parameters, both without case.</summary>
internal sealed record Challenge(string Scheme, IReadOnlyDictionary<string, string> Parameters)
{
    internal bool IsBearer => Scheme.Equals("Bearer", StringComparison.OrdinalIgnoreCase);

    internal bool IsBasic => Scheme.Equals("Basic", StringComparison.OrdinalIgnoreCase);

    internal string? this[string parameter] => Parameters.GetValueOrDefault(parameter);

    /// <summary>All challenges of a response, in order. What cannot be read is skipped: a registry's nonsense is no challenge.</summary>
    internal static IReadOnlyList<Challenge> Read(HttpResponseMessage response) =>
        response.Headers.NonValidated.TryGetValues("WWW-Authenticate", out var values) ? [.. values.SelectMany(Parse)] : [];

    /// <summary>Parses one header value, which may hold several challenges: <c>Bearer realm="…",service="…", Basic realm="…"</c>.</summary>
    internal static IReadOnlyList<Challenge> Parse(string header)
    {
        List<Challenge> challenges = [];
        var scanner = new Scanner(header);
        while (scanner.TryToken(out string? scheme))
        {
            var parameters = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
            challenges.Add(new Challenge(scheme, parameters));
            while (scanner.TryParameter(out string? name, out string? value))
            {
                parameters.TryAdd(name, value);
            }

            scanner.SkipSeparators();
        }

        return challenges;
    }

    private ref struct Scanner(string text)
    {
        private int _at;

        internal void SkipSeparators()
        {
            while (_at < text.Length && (text[_at] is ' ' or '\t' or ','))
            {
                _at++;
            }
        }

        internal bool TryToken([NotNullWhen(true)] out string? token)
        {
            SkipSeparators();
            int start = _at;
            while (_at < text.Length && IsTokenCharacter(text[_at]))
            {
                _at++;
            }

            token = _at > start ? text[start.._at] : null;
            return token is not null;
        }

        /// <summary>Reads <c>name=value</c>; leaves the scanner where it was when a new scheme stands there instead.</summary>
        internal bool TryParameter([NotNullWhen(true)] out string? name, [NotNullWhen(true)] out string? value)
        {
            int start = _at;
            value = null;
            if (TryToken(out name))
            {
                SkipBlanks();
                if (_at < text.Length && text[_at] == '=')
                {
                    _at++;
                    SkipBlanks();
                    value = _at < text.Length && text[_at] == '"' ? Quoted() : TryToken(out string? bare) ? bare : "";
                    return true;
                }
            }

            _at = start;
            return false;
        }

        private void SkipBlanks()
        {
            while (_at < text.Length && (text[_at] is ' ' or '\t'))
            {
                _at++;
            }
        }

        private string Quoted()
        {
            var value = new System.Text.StringBuilder();
            for (_at++; _at < text.Length && text[_at] != '"'; _at++)
            {
                if (text[_at] == '\\' && _at + 1 < text.Length)
                {
                    _at++;
                }

                value.Append(text[_at]);
            }

            _at = Math.Min(_at + 1, text.Length);
            return value.ToString();
        }

        private static bool IsTokenCharacter(char c) => char.IsAsciiLetterOrDigit(c) || "!#$%&'*+-.^_`|~/:".Contains(c);
    }
}
