using Wharf.Api;
using Wharf.Api.Client;
using Wharf.Api.Containers;
using Wharf.Cli.CommandLine;
using Wharf.Cli.CommandLine.Values;
using Wharf.Cli.ContainerOptions;

namespace Wharf.Cli.Commands.Containers;

internal sealed class UpdateCommand : Command
{
    private readonly Option<int?> _blkioWeight;
    private readonly Option<long?> _cpuPeriod;
    private readonly Option<long?> _cpuQuota;
    private readonly Option<long?> _cpuRtPeriod;
    private readonly Option<long?> _cpuRtRuntime;
    private readonly Option<long?> _cpuShares;
    private readonly Option<long> _cpus;
    private readonly Option<string> _cpusetCpus;
    private readonly Option<string> _cpusetMems;
    private readonly Option<long?> _memory;
    private readonly Option<long?> _memoryReservation;
    private readonly Option<long?> _memorySwap;
    private readonly Option<long?> _pidsLimit;
    private readonly Option<string> _restart;

    public UpdateCommand()
        : base("CONTAINER [CONTAINER...]", Arity.AtLeast(1), Operand.Container)
    {
        _blkioWeight = Options.Integer("blkio-weight", null, "Weight of its block I/O, between 10 and 1000, or 0", "0");
        _cpuPeriod = Options.Long("cpu-period", null, "Period of the CPU limit in microseconds");
        _cpuQuota = Options.Long("cpu-quota", null, "CPU time per period in microseconds");
        _cpuRtPeriod = Options.Long("cpu-rt-period", null, "Real-time period in microseconds");
        _cpuRtRuntime = Options.Long("cpu-rt-runtime", null, "Real-time CPU time per period in microseconds");
        _cpuShares = Options.Long("cpu-shares", 'c', "CPU shares (relative weight)");
        _cpus = Options.Custom("cpus", null, "decimal", "Number of CPUs", 0L, CpuCount.Parse);
        _cpusetCpus = Options.Text("cpuset-cpus", null, "CPUs it may use (0-3, 0,1)");
        _cpusetMems = Options.Text("cpuset-mems", null, "Memory nodes it may use (0-3, 0,1)");
        _memory = Options.Bytes("memory", 'm', "Memory limit");
        _memoryReservation = Options.Bytes("memory-reservation", null, "Memory soft limit");
        _memorySwap = Options.Bytes("memory-swap", null, "Limit of memory and swap together: -1 for no limit");
        _pidsLimit = Options.Long("pids-limit", null, "Limit of processes (-1 for none)");
        _restart = Options.Text("restart", null, "What to do when it exits");
    }

    internal override int Run(CommandContext context, IReadOnlyList<string> arguments)
    {
        if (!Options.All.Any(option => option.IsSet))
        {
            throw new CommandFailure("you must provide one or more flags when using this command");
        }

        var request = new ContainerUpdateRequest
        {
            BlkioWeight = (ushort)(_blkioWeight.Value ?? 0),
            CpuPeriod = _cpuPeriod.Value ?? 0,
            CpuQuota = _cpuQuota.Value ?? 0,
            CpuRealtimePeriod = _cpuRtPeriod.Value ?? 0,
            CpuRealtimeRuntime = _cpuRtRuntime.Value ?? 0,
            CpuShares = _cpuShares.Value ?? 0,
            NanoCpus = _cpus.Value,
            CpusetCpus = _cpusetCpus.Value,
            CpusetMems = _cpusetMems.Value,
            Memory = _memory.Value ?? 0,
            MemoryReservation = _memoryReservation.Value ?? 0,
            MemorySwap = _memorySwap.Value ?? 0,
            PidsLimit = _pidsLimit.Value,
            RestartPolicy = _restart.IsSet ? RestartPolicySpec.Parse(_restart.Value) : null,
        };
        return EachArgument.Run(context, arguments, name =>
        {
            ContainerUpdateResponse answer = context.Engine.Send(
                ApiRequest.Post($"/containers/{ContainerRequests.Escape(name)}/update").WithJson(request, ApiJson.Default.ContainerUpdateRequest),
                ApiJson.Default.ContainerUpdateResponse);
            foreach (string warning in answer.Warnings)
            {
                context.Error.WriteLine(warning);
            }

            return name;
        });
    }
}
