#!/usr/bin/env bash
# The stock docker client for the conformance tests. Where none is installed, the one of Debian's package is unpacked aside: installing
# the package would start its daemon.
set -euo pipefail
cd "$(dirname "$0")/.."

command -v docker >/dev/null && exit 0
[ -x artifacts/tools/docker ] && exit 0
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p artifacts/tools
(cd "$work" && { apt-get download docker.io || { apt-get update && apt-get download docker.io; }; } >/dev/null 2>&1)
dpkg-deb -x "$work"/docker.io_*.deb "$work/root"
cp "$work/root/usr/bin/docker" artifacts/tools/docker
