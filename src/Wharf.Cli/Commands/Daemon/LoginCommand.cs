using Wharf.Api;
using Wharf.Api.Client;
using Wharf.Api.Server;
using Wharf.Cli.CommandLine;

namespace Wharf.Cli.Commands.Daemon;

internal sealed class LoginCommand : Command
{
    private readonly Option<string> _password;
    private readonly Option<bool> _passwordStdin;
    private readonly Option<string> _username;

    public LoginCommand()
        : base("[SERVER]", Arity.AtMost(1))
    {
        _password = Options.Text("password", 'p', "Password, or a token that stands for it");
        _passwordStdin = Options.Flag("password-stdin", null, "Take the password from STDIN");
        _username = Options.Text("username", 'u', "User name");
    }

    internal override int Run(CommandContext context, IReadOnlyList<string> arguments)
    {
        string registry = arguments.Count > 0 ? ImageName.RegistryKey(Host(arguments[0])) : ImageName.HubKey;
        AuthConfig credentials = new() { ServerAddress = registry, Username = _username.Value, Password = _password.Value };
        if (_passwordStdin.Value)
        {
            ReadPassword(context, credentials);
        }
        else if (_password.IsSet)
        {
            context.Error.WriteLine("WARNING! Using --password via the CLI is insecure. Use --password-stdin.");
        }

        AskForMissing(context, credentials);
        AuthResponse answer = context.Engine.Send(
            ApiRequest.Post("/auth").WithJson(credentials, ApiJson.Default.AuthConfig), ApiJson.Default.AuthResponse);
        credentials.IdentityToken = answer.IdentityToken;
        if (context.Config.Store(registry, credentials))
        {
            context.Error.WriteLine($"\nWARNING! Your credentials are stored unencrypted in '{Path.Combine(context.Globals.ConfigDirectory, "config.json")}'.");
            context.Error.WriteLine("Configure a credential helper to remove this warning.\n");
        }

        context.Out.WriteLine(answer.Status);
        return ExitCodes.Success;
    }

    /// <summary>Without scheme and path: what remains is how image names call the registry.</summary>
    internal static string Host(string server)
    {
        int scheme = server.IndexOf("://", StringComparison.Ordinal);
        string rest = scheme < 0 ? server : server[(scheme + 3)..];
        return rest.Split('/')[0];
    }

    private void ReadPassword(CommandContext context, AuthConfig credentials)
    {
        if (_password.IsSet)
        {
            throw new CommandFailure("conflicting options: cannot specify both --password and --password-stdin");
        }

        if (_username.Value.Length == 0)
        {
            throw new CommandFailure("the --password-stdin option requires --username to be set");
        }

        using var reader = new StreamReader(context.Streams.Input, leaveOpen: true);
        credentials.Password = reader.ReadToEnd().TrimEnd('\r', '\n');
    }

    private static void AskForMissing(CommandContext context, AuthConfig credentials)
    {
        bool complete = !string.IsNullOrEmpty(credentials.Username) && !string.IsNullOrEmpty(credentials.Password);
        if (complete)
        {
            return;
        }

        if (context.Streams.InputTerminal is not { } terminal)
        {
            throw new CommandFailure("cannot perform an interactive login from a non-TTY device");
        }

        using var reader = new StreamReader(context.Streams.Input, leaveOpen: true);
        if (string.IsNullOrEmpty(credentials.Username))
        {
            context.Error.Write("Username: ");
            credentials.Username = reader.ReadLine()?.Trim();
        }

        if (string.IsNullOrEmpty(credentials.Password))
        {
            context.Error.Write("Password: ");
            using (terminal.HideTyping())
            {
                credentials.Password = reader.ReadLine();
            }

            context.Error.WriteLine();
        }

        if (string.IsNullOrEmpty(credentials.Username) || string.IsNullOrEmpty(credentials.Password))
        {
            throw new CommandFailure("username and password are required");
        }
    }
}
