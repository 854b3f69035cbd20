using Wharf.Daemon;
using Wharf.Daemon.Configuration;
using Wharf.Daemon.Hosting;
using Wharf.Daemon.Versions;
using Wharf.Engine;

try
{
    RawSettings flags = CommandLine.Parse(args);
    if (flags.Switch("help"))
    {
        Console.Out.Write(CommandLine.Help());
        return 0;
    }

    if (flags.Switch("version"))
    {
        Console.Out.WriteLine($"Wharf version {ProductVersion.Text}, API {ApiVersion.Oldest} to {ApiVersion.Newest}");
        return 0;
    }

    DaemonSettings settings = DaemonSettings.Load(flags);
    if (flags.Switch("validate"))
    {
        Console.Error.WriteLine("configuration OK");
        return 0;
    }

    await DaemonProcess.RunAsync(flags, settings);
    return 0;
}
catch (ConfigurationException e)
{
    Console.Error.WriteLine(e.Message);
    return 1;
}
catch (Exception e)
{
    // A WharfException speaks for itself; anything else was not foreseen, and its trace is what a report needs.
    Console.Error.WriteLine($"failed to start daemon: {(e is WharfException ? e.Message : e.ToString())}");
    return 1;
}
