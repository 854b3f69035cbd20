using Wharf.Cli.Templates;

namespace Wharf.Cli.Commands.Images;

/// <summary><c>linux/arm64/v8</c> as the document that some requests take in their query.</summary>
internal static class PlatformJson
{
    internal static string From(string platform)
    {
        string[] parts = platform.Split('/');
        var document = new Dictionary<string, object?> { ["os"] = parts[0], ["architecture"] = parts.Length > 1 ? parts[1] : "" };
        if (parts.Length > 2)
        {
            document["variant"] = parts[2];
        }

        return TemplateJson.Write(document);
    }
}
