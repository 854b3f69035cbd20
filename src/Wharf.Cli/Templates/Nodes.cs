namespace Wharf.Cli.Templates;

/// <summary>A piece of a template that writes something.</summary>
internal abstract record Node;

internal sealed record TextNode(string Text) : Node;

internal sealed record ActionNode(Pipeline Pipeline) : Node;

internal sealed record IfNode(Pipeline Condition, IReadOnlyList<Node> Then, IReadOnlyList<Node> Else) : Node;

internal sealed record WithNode(Pipeline Value, IReadOnlyList<Node> Then, IReadOnlyList<Node> Else) : Node;

internal sealed record RangeNode(Pipeline Items, IReadOnlyList<Node> Body, IReadOnlyList<Node> Else) : Node;

internal sealed record BreakNode : Node;

internal sealed record ContinueNode : Node;

/// <summary><c>$a, $b := f x | g</c>: each call's result is the last argument of the next.</summary>
internal sealed record Pipeline(IReadOnlyList<string> Variables, IReadOnlyList<Call> Calls);

/// <summary>An term alone, or a function or field with arguments.</summary>
internal sealed record Call(IReadOnlyList<Term> Terms);

internal abstract record Term;

internal sealed record LiteralTerm(object? Value) : Term;

/// <summary>Something, then fields of it: <c>.A.B</c>, <c>$x.A</c>, <c>(f x).A</c>. With no root it starts at the dot.</summary>
internal sealed record FieldsTerm(Term? Root, IReadOnlyList<string> Names) : Term;

internal sealed record VariableTerm(string Name) : Term;

internal sealed record FunctionTerm(string Name) : Term;

internal sealed record NestedTerm(Pipeline Pipeline) : Term;
