using Wharf.Api.Client;
using Wharf.Cli.CommandLine;

namespace Wharf.Cli.Commands;

/// <summary>An archive from the daemon, to a file or to standard output; a file is there whole or not at all.</summary>
internal static class ArchiveOutput
{
    internal static void Save(CommandContext context, string path, ApiRequest request)
    {
        if (path.Length == 0 && context.Streams.OutputTerminal is not null)
        {
            throw new CommandFailure("cowardly refusing to save to a terminal. Use the -o flag or redirect");
        }

        using ApiResponse response = context.Engine.Open(request);
        if (path.Length == 0)
        {
            response.Body.CopyTo(context.Streams.Output);
            return;
        }

        string temporary = $"{path}.{Environment.ProcessId}.tmp";
        try
        {
            using (FileStream file = File.Create(temporary))
            {
                response.Body.CopyTo(file);
            }

            File.Move(temporary, path, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }
}
