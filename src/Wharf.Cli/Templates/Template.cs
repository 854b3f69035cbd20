using System.Text;

namespace Wharf.Cli.Templates;

/// <summary>
/// The part of Go's <c>text/template</c> that people use with Docker's <c>--format</c>: fields, pipelines, variables, <c>if</c>, <c>range</c>,
/// <c>with</c>, the built-in functions and Docker's own. Values are null, booleans, numbers, strings, lists, dictionaries and rows.
/// </summary>
internal sealed class Template
{
    private readonly IReadOnlyList<Node> _nodes;

    private Template(IReadOnlyList<Node> nodes) => _nodes = nodes;

    /// <exception cref="TemplateException">It is malformed.</exception>
    internal static Template Parse(string text) => new(new Parser(new Lexer(text).Run()).ParseAll());

    /// <exception cref="TemplateException">It does not fit the value.</exception>
    internal string Render(object? value)
    {
        var run = new Execution(value);
        run.Write(_nodes, value);
        return run.Output.ToString();
    }

    /// <summary>One run over one value; holds the variables.</summary>
    private sealed class Execution(object? root)
    {
        private readonly List<(string Name, object? Value)> _variables = [("$", root)];

        internal StringBuilder Output { get; } = new();

        /// <returns>A <see cref="BreakNode"/> or <see cref="ContinueNode"/> that ended it early; else null.</returns>
        internal Node? Write(IReadOnlyList<Node> nodes, object? dot)
        {
            int scope = _variables.Count;
            Node? stop = null;
            for (int i = 0; i < nodes.Count && stop is null; i++)
            {
                stop = Write(nodes[i], dot);
            }

            _variables.RemoveRange(scope, _variables.Count - scope);
            return stop;
        }

        private Node? Write(Node node, object? dot)
        {
            switch (node)
            {
                case TextNode text:
                    Output.Append(text.Text);
                    return null;
                case ActionNode action:
                    object? result = Evaluate(action.Pipeline, dot);
                    if (action.Pipeline.Variables.Count == 0)
                    {
                        Output.Append(GoFormat.Print(result));
                    }

                    return null;
                case IfNode branch:
                    return InScope(() => GoFormat.IsTrue(Evaluate(branch.Condition, dot)) ? Write(branch.Then, dot) : Write(branch.Else, dot));
                case WithNode with:
                    return InScope(() => Evaluate(with.Value, dot) is var value && GoFormat.IsTrue(value) ? Write(with.Then, value) : Write(with.Else, dot));
                case RangeNode range:
                    return InScope(() => WriteEach(range, dot));
                default:
                    return node;
            }
        }

        private Node? InScope(Func<Node?> write)
        {
            int scope = _variables.Count;
            Node? stop = write();
            _variables.RemoveRange(scope, _variables.Count - scope);
            return stop;
        }

        private Node? WriteEach(RangeNode range, object? dot)
        {
            object? items = Evaluate(range.Items with { Variables = [] }, dot);
            bool any = false;
            foreach ((object? key, object? item) in Items(items))
            {
                any = true;
                IReadOnlyList<string> names = range.Items.Variables;
                if (names.Count > 0)
                {
                    _variables.Add((names[^1], item));
                }

                if (names.Count > 1)
                {
                    _variables.Add((names[0], key));
                }

                if (Write(range.Body, item) is BreakNode)
                {
                    break;
                }
            }

            return any ? null : Write(range.Else, dot);
        }

        private static IEnumerable<(object? Key, object? Item)> Items(object? value) => value switch
        {
            null => [],
            IReadOnlyDictionary<string, object?> map => map.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => ((object?)pair.Key, pair.Value)),
            IReadOnlyList<object?> list => list.Select((item, index) => ((object?)(long)index, item)),
            long count => Enumerable.Range(0, (int)count).Select(index => ((object?)(long)index, (object?)(long)index)),
            _ => throw new TemplateException($"template: :1: range can't iterate over {GoFormat.Print(value)}"),
        };

        private object? Evaluate(Pipeline pipeline, object? dot)
        {
            object? value = null;
            bool piped = false;
            foreach (Call call in pipeline.Calls)
            {
                value = Evaluate(call, dot, piped ? [value] : []);
                piped = true;
            }

            foreach (string name in pipeline.Variables)
            {
                _variables.Add((name, value));
            }

            return value;
        }

        private object? Evaluate(Call call, object? dot, object?[] piped)
        {
            Term first = call.Terms[0];
            switch (first)
            {
                case FunctionTerm function:
                    if (function.Name is "and" or "or")
                    {
                        return EvaluateLazily(function.Name == "or", call, dot, piped);
                    }

                    return TemplateFunctions.Call(function.Name, [.. call.Terms.Skip(1).Select(term => Value(term, dot)), .. piped]);
                case FieldsTerm fields:
                    return Fields(fields, dot, [.. call.Terms.Skip(1).Select(term => Value(term, dot)), .. piped]);
                default:
                    return call.Terms.Count == 1 && piped.Length == 0
                        ? Value(first, dot)
                        : throw new TemplateException("template: :1: can't give argument to non-function");
            }
        }

        /// <summary><c>and</c> and <c>or</c> stop at the first argument that decides.</summary>
        private object? EvaluateLazily(bool decides, Call call, object? dot, object?[] piped)
        {
            object? value = null;
            foreach (Term term in call.Terms.Skip(1))
            {
                value = Value(term, dot);
                if (GoFormat.IsTrue(value) == decides)
                {
                    return value;
                }
            }

            return piped.Length > 0 ? piped[0] : value;
        }

        private object? Value(Term term, object? dot) => term switch
        {
            LiteralTerm literal => literal.Value,
            VariableTerm variable => Variable(variable.Name),
            NestedTerm nested => Evaluate(nested.Pipeline, dot),
            FunctionTerm function => TemplateFunctions.Call(function.Name, []),
            FieldsTerm fields => Fields(fields, dot, []),
            _ => throw new TemplateException("template: :1: unexpected operand"),
        };

        private object? Fields(FieldsTerm fields, object? dot, object?[] arguments)
        {
            object? value = fields.Root is null ? dot : Value(fields.Root, dot);
            for (int i = 0; i < fields.Names.Count; i++)
            {
                value = Field(value, fields.Names[i], i == fields.Names.Count - 1 ? arguments : []);
            }

            return value;
        }

        private static object? Field(object? value, string name, object?[] arguments)
        {
            switch (value)
            {
                case ITemplateRow row when row.TryGet(name, arguments, out object? field):
                    return field;
                case IReadOnlyDictionary<string, object?> map when map.TryGetValue(name, out object? entry):
                    return entry;
                case IReadOnlyDictionary<string, object?>:
                    throw new TemplateException($"template: :1:2: executing \"\" at <.{name}>: map has no entry for key \"{name}\"");
                case null:
                    throw new TemplateException($"template: :1:2: executing \"\" at <.{name}>: nil data; no entry for key \"{name}\"");
                default:
                    throw new TemplateException($"template: :1:2: executing \"\" at <.{name}>: can't evaluate field {name} in this value");
            }
        }

        private object? Variable(string name)
        {
            for (int i = _variables.Count - 1; i >= 0; i--)
            {
                if (_variables[i].Name == name)
                {
                    return _variables[i].Value;
                }
            }

            throw new TemplateException($"template: :1: undefined variable \"{name}\"");
        }
    }
}
