#!/usr/bin/env bash
# Prints the path of a directory that is a Debian repository of nginx and what it needs beyond the base image, made once and kept: for builds
# with a real apt in a network namespace that leads nowhere.
set -euo pipefail
cd "$(dirname "$0")/.."

base=$(scripts/base-image.sh bookworm)
repository=artifacts/cache/apt-bookworm
if [ ! -e "$repository/Packages" ]; then
    work=$(mktemp -d "${TMPDIR:-/var/tmp}/wharf-apt.XXXXXX")
    trap 'rm -rf "$work"' EXIT
    mkdir -p "$work/archives/partial" "$repository"
    tar -C "$work" -xf "$base" ./var/lib/dpkg/status
    apt=(apt-get -o Dir::State::status="$work/var/lib/dpkg/status" -o Dir::Cache::archives="$work/archives" -o APT::Sandbox::User=root)
    { "${apt[@]}" -y --no-install-recommends -d install nginx || { apt-get update && "${apt[@]}" -y --no-install-recommends -d install nginx; }; } >"$work/log" 2>&1 || {
        tail -n 5 "$work/log" >&2
        echo "wharf: the packages of nginx cannot be fetched" >&2
        exit 1
    }
    for package in "$work"/archives/*.deb; do
        dpkg-deb -f "$package"
        echo "Filename: ./$(basename "$package")"
        echo "Size: $(stat -c %s "$package")"
        echo "SHA256: $(sha256sum "$package" | cut -d ' ' -f 1)"
        echo
    done >"$work/Packages"
    mv "$work"/archives/*.deb "$repository"
    mv "$work/Packages" "$repository/Packages"
fi
echo "$repository"
