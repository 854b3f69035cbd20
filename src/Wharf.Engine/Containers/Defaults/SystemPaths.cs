namespace Wharf.Engine.Containers.Defaults;

/// <summary>Parts of /proc and /sys that tell too much of the host, or change it. Docker's lists.</summary>
internal static class SystemPaths
{
    internal static readonly IReadOnlyList<string> Masked =
    [
        "/proc/acpi",
        "/proc/asound",
        "/proc/interrupts",
        "/proc/kcore",
        "/proc/keys",
        "/proc/latency_stats",
        "/proc/sched_debug",
        "/proc/scsi",
        "/proc/timer_list",
        "/proc/timer_stats",
        "/sys/devices/virtual/powercap",
        "/sys/firmware",
    ];

    internal static readonly IReadOnlyList<string> Readonly = ["/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"];
}
