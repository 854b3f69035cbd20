namespace Wharf.Cli.Templates;

/// <summary>The template is malformed, or does not fit what it is applied to.</summary>
internal sealed class TemplateException(string message) : FormatException(message);
