using Wharf.Linux;
using Wharf.Runtime;
using Wharf.Runtime.Commands;
using Wharf.Runtime.Monitor;

// wharf-runtime: an OCI runtime with runc's command line, and the monitor of one container (`monitor`, started by the engine).
const string Usage = """
    usage: wharf-runtime [--root DIR] [--log FILE] [--log-format text|json] COMMAND [OPTIONS] [ARGUMENTS]

      create    make a container that waits to be started     list      list containers
      start     start it                                      state     print a container's state
      run       create and start                              ps        print its processes
      exec      execute another process in it                 pause     freeze it
      kill      send it a signal                              resume    let it go on
      delete    remove it                                     spec      write an example config.json
    """;

GlobalOptions global = new(Wharf.Runtime.Records.StateDirectory.DefaultRoot, null, false);
try
{
    var arguments = new Arguments(args, GlobalOptions.Flags, GlobalOptions.Options);
    global = GlobalOptions.From(arguments);
    if (arguments.Has("version"))
    {
        Console.Out.WriteLine("wharf-runtime version 0.1.0\nspec: 1.3.0");
        return 0;
    }

    string[] rest = arguments.Rest;
    if (rest.Length == 0 || arguments.Has("help"))
    {
        Console.Out.WriteLine(Usage);
        return 0;
    }

    ReadOnlySpan<string> words = rest.AsSpan(1);
    return rest[0] switch
    {
        "create" => CreateCommand.Execute(global, words),
        "start" => StartCommand.Execute(global, words),
        "run" => RunCommand.Execute(global, words),
        "exec" => ExecCommand.Execute(global, words),
        "state" => StateCommand.Execute(global, words),
        "kill" => KillCommand.Execute(global, words),
        "delete" => DeleteCommand.Execute(global, words),
        "list" => ListCommand.Execute(global, words),
        "ps" => PsCommand.Execute(global, words),
        "pause" => FreezeCommands.Pause(global, words),
        "resume" => FreezeCommands.Resume(global, words),
        "spec" => SpecCommand.Execute(words),
        "monitor" => MonitorProcess.Execute(),
        LogPacker.Command => LogPacker.Execute(words[0]),
        _ => throw new RuntimeFailure($"unknown command '{rest[0]}': see wharf-runtime --help"),
    };
}
catch (RuntimeFailure failure)
{
    global.Report(failure.Message);
    return failure.Failed.Kind switch
    {
        Wharf.Oci.Monitor.FailureKind.CommandNotFound => 127,
        Wharf.Oci.Monitor.FailureKind.CommandNotExecutable => 126,
        _ => 1,
    };
}
catch (LinuxException failure)
{
    global.Report(failure.Message);
    return 1;
}
