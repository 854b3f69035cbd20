#!/usr/bin/env bash
# Installs the Debian packages that are missing for the named purposes: build, run, bench, test. Does nothing, quickly, when all are there.
set -euo pipefail

declare -A wanted=(
    [build]="gcc libc6-dev zlib1g-dev"
    [run]="libseccomp2 libnftables1 debootstrap ca-certificates"
    [bench]="busybox-static docker-registry nftables"
    [test]="busybox-static debootstrap docker-registry skopeo umoci crun runc nftables iproute2 curl procps git"
)

missing=()
for purpose in "$@"; do
    for package in ${wanted[$purpose]}; do
        dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q '^install ok installed' || missing+=("$package")
    done
done
[ ${#missing[@]} -gt 0 ] || exit 0

command -v apt-get >/dev/null || {
    echo "wharf: please install these packages, or your distribution's equivalent: ${missing[*]}" >&2
    exit 1
}
echo "wharf: installing ${missing[*]}"
export DEBIAN_FRONTEND=noninteractive
install() { apt-get install -y --no-install-recommends "${missing[@]}" >/dev/null; }
# The package lists of a new machine may be empty or old.
install 2>/dev/null || { apt-get update >/dev/null && install; }
