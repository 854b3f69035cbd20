#!/usr/bin/env bash
# Says in one line what this machine lacks for building and running, and how to get it. Prints nothing when all is there.
set -euo pipefail

fail() {
    echo "wharf: $*" >&2
    exit 1
}

[ "$(uname -s)" = Linux ] || fail "Linux is needed; this is $(uname -s)"
[ "$(id -u)" = 0 ] || fail "root is needed to make containers: run it again with sudo"

if ! command -v dotnet >/dev/null; then
    fail "the .NET 10 SDK is missing: install dotnet-sdk-10.0 (https://learn.microsoft.com/dotnet/core/install/linux-debian)"
fi
dotnet --list-sdks | grep -q '^10\.' ||
    fail "the .NET 10 SDK is missing (found: $(dotnet --list-sdks | cut -d' ' -f1 | paste -sd' ' -)): install dotnet-sdk-10.0"

grep -qw overlay /proc/filesystems || modprobe overlay 2>/dev/null || true
grep -qw overlay /proc/filesystems ||
    fail "this kernel has no overlayfs: load the module (modprobe overlay) or use a kernel with CONFIG_OVERLAY_FS"

grep -q ' cgroup2\? ' /proc/self/mounts ||
    fail "no cgroup file system is mounted: mount -t cgroup2 none /sys/fs/cgroup"
