using Wharf.Cli;
using Wharf.Linux.Terminals;

return WharfProgram.Run(args, new Streams(StandardStream.Input, StandardStream.Output, StandardStream.Error));
