using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using Wharf.Api.Server;
using Wharf.Cli.CommandLine;

namespace Wharf.Cli.Configuration;

/// <summary>
/// A <c>docker-credential-NAME</c> program, which keeps passwords in a keyring. The protocol: a verb as the argument, a document or an
/// address on its input, a document or a complaint on its output.
/// </summary>
internal sealed class CredentialHelper(string name)
{
    private const string NotFound = "credentials not found in native keychain";
    private const string IdentityTokenUser = "<token>";

    internal AuthConfig? Get(string registry)
    {
        (int code, string output) = Call("get", "getting", registry);
        if (code != 0)
        {
            return output.Contains(NotFound, StringComparison.Ordinal) ? null : throw Failure("getting", $"exit status {code}", output);
        }

        JsonNode? answer = Parse(output);
        string user = (string?)answer?["Username"] ?? "";
        string secret = (string?)answer?["Secret"] ?? "";
        return user == IdentityTokenUser
            ? new AuthConfig { ServerAddress = registry, IdentityToken = secret }
            : new AuthConfig { ServerAddress = registry, Username = user, Password = secret };
    }

    internal void Store(string registry, AuthConfig credentials)
    {
        bool token = !string.IsNullOrEmpty(credentials.IdentityToken);
        var document = new JsonObject
        {
            ["ServerURL"] = registry,
            ["Username"] = token ? IdentityTokenUser : credentials.Username,
            ["Secret"] = token ? credentials.IdentityToken : credentials.Password,
        };
        (int code, string output) = Call("store", "storing", document.ToJsonString());
        if (code != 0)
        {
            throw Failure("storing", $"exit status {code}", output);
        }
    }

    internal void Erase(string registry)
    {
        (int code, string output) = Call("erase", "erasing", registry);
        if (code != 0 && !output.Contains(NotFound, StringComparison.Ordinal))
        {
            throw Failure("erasing", $"exit status {code}", output);
        }
    }

    private (int Code, string Output) Call(string verb, string doing, string input)
    {
        string program = $"docker-credential-{name}";
        string? path = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')
            .Select(directory => Path.Combine(directory, program))
            .FirstOrDefault(File.Exists);
        if (path is null)
        {
            throw Failure(doing, $"exec: \"{program}\": executable file not found in $PATH", "");
        }

        // The one program that the client runs as a child and talks to; everything else it asks of the daemon.
        using var process = new Process
        {
            StartInfo = new ProcessStartInfo(path, verb) { RedirectStandardInput = true, RedirectStandardOutput = true },
        };
        try
        {
            process.Start();
        }
        catch (Win32Exception notStarted)
        {
            throw Failure(doing, $"fork/exec {path}: {notStarted.Message}", "");
        }

        try
        {
            process.StandardInput.Write(input);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It does not care for its input; what it says and how it ends still counts.
        }

        string output = process.StandardOutput.ReadToEnd().Trim();
        process.WaitForExit();
        return (process.ExitCode, output);
    }

    private static JsonNode? Parse(string output)
    {
        try
        {
            return JsonNode.Parse(output);
        }
        catch (JsonException malformed)
        {
            throw Failure("getting", malformed.Message, output);
        }
    }

    private static CommandFailure Failure(string doing, string problem, string output) =>
        new($"error {doing} credentials - err: {problem}, out: `{output}`");
}
