namespace Wharf.Cli.Templates;

/// <summary>From tokens to nodes.</summary>
internal sealed class Parser(List<Token> tokens)
{
    private int _at;

    private Token Current => tokens[_at];

    internal List<Node> ParseAll()
    {
        List<Node> nodes = ParseList(out string? ended);
        return ended is null ? nodes : throw new TemplateException($"template: :1: unexpected {{{{{ended}}}}}");
    }

    /// <param name="ended">The keyword that ended the list (<c>end</c>, <c>else</c>); null at the end of the template.</param>
    private List<Node> ParseList(out string? ended)
    {
        List<Node> nodes = [];
        while (true)
        {
            Token token = Take();
            switch (token.Kind)
            {
                case TokenKind.Text:
                    nodes.Add(new TextNode(token.Name));
                    break;
                case TokenKind.End:
                    ended = null;
                    return nodes;
                case TokenKind.Open when Current is { Kind: TokenKind.Identifier, Value: "end" or "else" }:
                    ended = Take().Name;
                    return nodes;
                default:
                    nodes.Add(ParseAction());
                    break;
            }
        }
    }

    private Node ParseAction()
    {
        switch (Current is { Kind: TokenKind.Identifier } keyword ? keyword.Name : "")
        {
            case "if":
                Take();
                return ParseBranch("if", static (pipeline, then, otherwise) => new IfNode(pipeline, then, otherwise));
            case "with":
                Take();
                return ParseBranch("with", static (pipeline, then, otherwise) => new WithNode(pipeline, then, otherwise));
            case "range":
                Take();
                return ParseBranch("range", static (pipeline, body, otherwise) => new RangeNode(pipeline, body, otherwise));
            case "break":
                Take();
                Expect(TokenKind.Close);
                return new BreakNode();
            case "continue":
                Take();
                Expect(TokenKind.Close);
                return new ContinueNode();
            default:
                Pipeline pipeline = ParsePipeline();
                Expect(TokenKind.Close);
                return new ActionNode(pipeline);
        }
    }

    private Node ParseBranch(string keyword, Func<Pipeline, IReadOnlyList<Node>, IReadOnlyList<Node>, Node> make)
    {
        Pipeline pipeline = ParsePipeline();
        Expect(TokenKind.Close);
        List<Node> then = ParseList(out string? ended);
        if (ended == "end")
        {
            Expect(TokenKind.Close);
            return make(pipeline, then, []);
        }

        if (ended is null)
        {
            throw new TemplateException("template: :1: unexpected EOF");
        }

        // `else if` is an `if` of its own, whose `end` ends both.
        if (Current is { Kind: TokenKind.Identifier } chained && chained.Name == keyword && keyword != "range")
        {
            return make(pipeline, then, [ParseAction()]);
        }

        Expect(TokenKind.Close);
        List<Node> otherwise = ParseList(out ended);
        if (ended != "end")
        {
            throw new TemplateException("template: :1: expected end");
        }

        Expect(TokenKind.Close);
        return make(pipeline, then, otherwise);
    }

    private Pipeline ParsePipeline()
    {
        List<string> variables = ParseDeclaration();
        List<Call> calls = [ParseCall()];
        while (Current.Kind == TokenKind.Pipe)
        {
            Take();
            calls.Add(ParseCall());
        }

        return new Pipeline(variables, calls);
    }

    private List<string> ParseDeclaration()
    {
        int start = _at;
        List<string> names = [];
        while (Current.Kind == TokenKind.Variable)
        {
            names.Add(Take().Name);
            if (Current.Kind == TokenKind.Assign)
            {
                Take();
                return names;
            }

            if (Current.Kind != TokenKind.Comma)
            {
                break;
            }

            Take();
        }

        _at = start;
        return [];
    }

    private Call ParseCall()
    {
        List<Term> terms = [];
        while (Current.Kind is not (TokenKind.Close or TokenKind.Pipe or TokenKind.CloseParenthesis))
        {
            terms.Add(ParseTerm());
        }

        return terms.Count > 0 ? new Call(terms) : throw new TemplateException("template: :1: missing value for command");
    }

    private Term ParseTerm()
    {
        Token token = Take();
        Term? root = token.Kind switch
        {
            TokenKind.Literal => new LiteralTerm(token.Value),
            TokenKind.Identifier => new FunctionTerm(TemplateFunctions.Exists(token.Name)
                ? token.Name
                : throw new TemplateException($"template: :1: function \"{token.Name}\" not defined")),
            TokenKind.Variable => new VariableTerm(token.Name),
            TokenKind.Dot => new FieldsTerm(null, []),
            TokenKind.Field => null,
            TokenKind.OpenParenthesis => ParseNested(),
            _ => throw new TemplateException($"template: :1: unexpected {token.Kind} in operand"),
        };
        List<string> names = token.Kind == TokenKind.Field ? [token.Name] : [];
        while (Current is { Kind: TokenKind.Field, Spaced: false } && root is not (LiteralTerm or FunctionTerm))
        {
            names.Add(Take().Name);
        }

        return names.Count > 0 ? new FieldsTerm(root, names) : root!;
    }

    private NestedTerm ParseNested()
    {
        Pipeline pipeline = ParsePipeline();
        Expect(TokenKind.CloseParenthesis);
        return new NestedTerm(pipeline);
    }

    private Token Take() => tokens[_at++];

    private void Expect(TokenKind kind)
    {
        if (Take().Kind != kind)
        {
            throw new TemplateException($"template: :1: expected {kind}");
        }
    }
}
