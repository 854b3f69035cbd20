using Wharf.Api;
using Wharf.Api.Client;
using Wharf.Api.Server;
using Wharf.Cli.CommandLine;
using Wharf.Cli.Configuration;

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
        string registry = arguments.Count > 0 ? ImageName.RegistryKey(RegistryAddress.HostOf(arguments[0])) : ImageName.HubKey;
        AuthConfig credentials = new() { ServerAddress = registry, Username = _username.Value, Password = _password.Value };
        if (_passwordStdin.Value)
        {
            ReadPassword(context, credentials);
        }
        else if (_password.IsSet)
        {
            context.Error.WriteLine("WARNING! Using --password via the CLI is insecure. Use --password-stdin.");
        }

        AuthConfig? stored = StoredCredentials(context, registry);
        AuthResponse? answer = stored is null ? null : TryStored(context, stored);
        if (answer is null)
        {
            AskForMissing(context, credentials);
            answer = Send(context, credentials);
        }
        else
        {
            credentials = stored!;
        }

        if (!string.IsNullOrEmpty(answer.IdentityToken))
        {
            credentials.IdentityToken = answer.IdentityToken;
        }

        if (Store(context, registry, credentials))
        {
            context.Error.WriteLine($"\nWARNING! Your credentials are stored unencrypted in '{Path.Combine(context.Globals.ConfigDirectory, "config.json")}'.");
            context.Error.WriteLine("Configure a credential helper to remove this warning.\n");
        }

        context.Out.WriteLine(answer.Status);
        return ExitCodes.Success;
    }

    private static bool Store(CommandContext context, string registry, AuthConfig credentials)
    {
        try
        {
            return context.Config.Store(registry, credentials);
        }
        catch (CommandFailure failure)
        {
            throw new CommandFailure($"error saving credentials: {failure.Message}");
        }
    }

    /// <summary>What an earlier login has left is tried first, if nothing else was asked for.</summary>
    /// <returns>Null when there is nothing, or it is not good any more.</returns>
    private AuthConfig? StoredCredentials(CommandContext context, string registry)
    {
        if (_username.IsSet || _password.IsSet || _passwordStdin.Value)
        {
            return null;
        }

        try
        {
            return context.Config.CredentialsFor(registry) is { Username.Length: > 0, Password.Length: > 0 } stored ? stored : null;
        }
        catch (CommandFailure)
        {
            return null;
        }
    }

    private static AuthResponse? TryStored(CommandContext context, AuthConfig stored)
    {
        context.Error.WriteLine($"Authenticating with existing credentials... [Username: {stored.Username}]");
        context.Error.WriteLine();
        context.Error.WriteLine("To log in with a different account, run 'wharf logout' followed by 'wharf login'");
        context.Error.WriteLine();
        try
        {
            return Send(context, stored);
        }
        catch (DockerApiException refused)
        {
            context.Error.WriteLine((int)refused.Status == 401
                ? "Stored credentials invalid or expired"
                : $"Login did not succeed, error: {refused.Message}");
            return null;
        }
    }

    private static AuthResponse Send(CommandContext context, AuthConfig credentials) => context.Engine.Send(
        ApiRequest.Post("/auth").WithJson(credentials, ApiJson.Default.AuthConfig), ApiJson.Default.AuthResponse);

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
            throw new CommandFailure("Error: Cannot perform an interactive login from a non TTY device");
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
