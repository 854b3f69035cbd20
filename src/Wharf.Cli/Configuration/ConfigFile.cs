using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Wharf.Api.Server;
using Wharf.Cli.CommandLine;

namespace Wharf.Cli.Configuration;

/// <summary>
/// Docker's client configuration, <c>config.json</c>: credentials and a few preferences. Kept as the document it is, because Docker and its
/// plugins keep settings of their own in it that must survive our writing it.
/// </summary>
internal sealed class ConfigFile
{
    private readonly string _path;
    private readonly JsonObject _document;

    private ConfigFile(string path, JsonObject document) => (_path, _document) = (path, document);

    internal static ConfigFile Load(string directory)
    {
        string path = Path.Combine(directory, "config.json");
        try
        {
            return new ConfigFile(path, JsonNode.Parse(File.ReadAllBytes(path)) as JsonObject ?? throw new JsonException("it is no object"));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return new ConfigFile(path, []);
        }
        catch (JsonException e)
        {
            throw new CommandFailure($"error loading config file: {path}: {e.Message}");
        }
    }

    /// <summary>Keys that leave an attached container, as the user prefers them.</summary>
    internal string? DetachKeys => Text(_document["detachKeys"]);

    /// <summary>A preferred format of a list (<c>psFormat</c>, <c>imagesFormat</c>, …).</summary>
    internal string? Format(string name) => Text(_document[name]);

    /// <summary>The credentials for a registry: from its helper, else the common helper, else the file. Null when there are none.</summary>
    internal AuthConfig? CredentialsFor(string registry)
    {
        if (HelperFor(registry) is { } helper)
        {
            return helper.Get(registry);
        }

        if (FindEntry(registry) is not { } entry)
        {
            return null;
        }

        var credentials = new AuthConfig { ServerAddress = registry, IdentityToken = Text(entry["identitytoken"]) };
        if (Text(entry["auth"]) is { Length: > 0 } encoded)
        {
            string[] parts = DecodeAuth(encoded).Split(':', 2);
            credentials.Username = parts[0];
            credentials.Password = parts.Length > 1 ? parts[1].TrimEnd('\0') : "";
        }

        return credentials;
    }

    /// <summary>Remembers credentials, in the helper if one is set up, else in the file.</summary>
    /// <returns>True if they now stand in the file, where others may read them.</returns>
    internal bool Store(string registry, AuthConfig credentials)
    {
        if (HelperFor(registry) is { } helper)
        {
            helper.Store(registry, credentials);
            Auths()[registry] = new JsonObject();
            Save();
            return false;
        }

        string auth = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{credentials.Username}:{credentials.Password}"));
        Auths()[registry] = string.IsNullOrEmpty(credentials.IdentityToken)
            ? new JsonObject { ["auth"] = auth }
            : new JsonObject { ["auth"] = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{credentials.Username}:")), ["identitytoken"] = credentials.IdentityToken };
        Save();
        return true;
    }

    /// <summary>Forgets a registry under every name that clients have had for it.</summary>
    internal void Erase(string registry)
    {
        HelperFor(registry)?.Erase(registry);
        string[] names = [registry, RegistryAddress.HostOf(registry), $"http://{RegistryAddress.HostOf(registry)}", $"https://{RegistryAddress.HostOf(registry)}"];
        bool wasThere = false;
        foreach (string name in names)
        {
            wasThere |= Auths().Remove(name);
        }

        if (wasThere)
        {
            Save();
        }
    }

    /// <summary>The entry of a registry; one that an old client has written by its address will do, too.</summary>
    private JsonObject? FindEntry(string registry)
    {
        var auths = _document["auths"] as JsonObject;
        return auths?[registry] as JsonObject
            ?? auths?.FirstOrDefault(entry => RegistryAddress.HostOf(entry.Key) == RegistryAddress.HostOf(registry)).Value as JsonObject;
    }

    private CredentialHelper? HelperFor(string registry)
    {
        string? name = Text((_document["credHelpers"] as JsonObject)?[registry]) ?? Text(_document["credsStore"]);
        return string.IsNullOrEmpty(name) ? null : new CredentialHelper(name);
    }

    private JsonObject Auths()
    {
        if (_document["auths"] is JsonObject auths)
        {
            return auths;
        }

        auths = [];
        _document["auths"] = auths;
        return auths;
    }

    /// <summary>Replaced as a whole, so that nobody reads half of it. A link stays one, and a mode that somebody chose stays theirs.</summary>
    private void Save()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_path)!, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        string path = (File.Exists(_path) ? File.ResolveLinkTarget(_path, returnFinalTarget: true)?.FullName : null) ?? _path;
        string temporary = path + ".new";
        File.Delete(temporary);
        using (var file = new FileStream(temporary, new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        }))
        using (var writer = new Utf8JsonWriter(file, new JsonWriterOptions { Indented = true, IndentCharacter = '\t', IndentSize = 1 }))
        {
            _document.WriteTo(writer);
        }

        if (File.Exists(path))
        {
            File.SetUnixFileMode(temporary, File.GetUnixFileMode(path));
        }

        File.Move(temporary, path, overwrite: true);
    }

    private static string DecodeAuth(string encoded)
    {
        try
        {
            return Encoding.UTF8.GetString(Convert.FromBase64String(encoded));
        }
        catch (FormatException)
        {
            throw new CommandFailure("error loading config file: invalid auth configuration file");
        }
    }

    private static string? Text(JsonNode? node) => node is JsonValue value && value.TryGetValue(out string? text) ? text : null;
}
