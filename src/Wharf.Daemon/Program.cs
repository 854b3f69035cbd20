using Wharf.Daemon.Hosting;
using Wharf.Engine;

string socket = args.Length > 1 ? args[1] : "/run/wharf.sock";
var options = new EngineOptions { Root = args.Length > 2 ? args[2] : EngineOptions.DefaultRoot, RunDirectory = args.Length > 3 ? args[3] : EngineOptions.DefaultRunDirectory };
using ILoggerFactory loggers = LoggerFactory.Create(logging => logging.AddSimpleConsole());
await using WharfEngine engine = await WharfEngine.OpenAsync(options, loggers, TimeProvider.System, CancellationToken.None);
File.Delete(socket);
await using WebApplication server = DaemonServer.Build(engine, loggers, kestrel => kestrel.ListenUnixSocket(socket));
await server.RunAsync();
return 0;
