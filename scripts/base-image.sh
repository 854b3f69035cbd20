#!/usr/bin/env bash
# Prints the path of a tar of a Debian root, made with debootstrap once and kept. Used where no registry can be reached.
set -euo pipefail
cd "$(dirname "$0")/.."

suite=${1:-bookworm}
tar=artifacts/cache/debian-$suite.tar
if [ ! -e "$tar" ]; then
    mkdir -p artifacts/cache
    work=$(mktemp -d "${TMPDIR:-/var/tmp}/wharf-debootstrap.XXXXXX")
    trap 'rm -rf "$work"' EXIT
    # The machine's own mirror, as apt has it; debootstrap's default otherwise.
    mirror=$(apt-get indextargets --format '$(REPO_URI)' 2>/dev/null | head -n 1)
    debootstrap --variant=minbase "$suite" "$work/root" ${mirror:+"$mirror"} >"$work/log" 2>&1 || {
        tail -n 5 "$work/log" >&2
        echo "wharf: debootstrap of $suite failed" >&2
        exit 1
    }
    rm -rf "$work"/root/var/cache/apt/archives/*.deb "$work"/root/var/lib/apt/lists/*
    # debootstrap leaves the device nodes of its own /dev: a container gets its own.
    tar -C "$work/root" --numeric-owner --xattrs --one-file-system --exclude='./dev/*' -cf "$tar.part" .
    mv "$tar.part" "$tar"
fi
echo "$tar"
