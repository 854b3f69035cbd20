#!/usr/bin/env bash
# Starts an engine of our own in a network and mount namespace of its own, and compares it with the peers that are there.
#   BENCH_PEERS   more engines, NAME[@SOCKET]=COMMAND, separated by ';' (podman and a docker on its usual socket are found by themselves)
#   BENCH_ARGS    passed on: -n ROUNDS, --only ROW,ROW, --pull IMAGE
set -euo pipefail
cd "$(dirname "$0")/.."

if [ -z "${WHARF_BENCH_INSIDE:-}" ]; then
    dotnet build bench/Wharf.Bench -c Release -v quiet -clp:NoSummary -nologo
    WHARF_BENCH_INSIDE=1 exec unshare --net --mount --propagation private sh -c 'ip link set lo up && exec "$0"' "$0"
fi

work=$(mktemp -d /var/tmp/wharf-bench.XXXXXX)
socket=$work/wharf.sock
bin=$PWD/artifacts/bin
"$bin/wharfd" --data-root "$work/root" --exec-root "$work/run" --pidfile "$work/pid" -H "unix://$socket" --config-file /dev/null >"$work/log" 2>&1 &
daemon=$!
cleanup() {
    "$bin/wharf" -H "unix://$socket" ps -aq | xargs -r "$bin/wharf" -H "unix://$socket" rm -f >/dev/null 2>&1 || true
    kill "$daemon" && wait "$daemon" 2>/dev/null || true
    rm -rf "$work"
}
trap cleanup EXIT
for _ in $(seq 100); do [ -S "$socket" ] && break; sleep 0.05; done

# The same small root for everybody.
mkdir -p "$work/rootfs/bin"
cp /usr/bin/busybox "$work/rootfs/bin/"
for applet in sh true sleep seq cat; do ln -s busybox "$work/rootfs/bin/$applet"; done
tar -C "$work/rootfs" -cf "$work/busybox.tar" .

engines=("wharf@$socket=$bin/wharf -H unix://$socket")
command -v podman >/dev/null && engines+=("podman=podman")
[ -S /var/run/docker.sock ] && engines+=("docker@/var/run/docker.sock=docker")
IFS=';' read -ra more <<<"${BENCH_PEERS:-}"
engines+=("${more[@]}")
for engine in "${engines[@]}"; do
    ${engine#*=} image inspect busybox >/dev/null 2>&1 || ${engine#*=} import "$work/busybox.tar" busybox >/dev/null
done

runtimes=(--runtime "wharf=$bin/wharf-runtime")
for name in crun runc; do command -v $name >/dev/null && runtimes+=(--runtime "$name=$(command -v $name)"); done
mkdir -p "$work/bundle"
cp -r "$work/rootfs" "$work/bundle/rootfs"
(cd "$work/bundle" && "$bin/wharf-runtime" spec && sed -i 's/"terminal": *true/"terminal": false/; s/"sh"/"true"/' config.json)

# shellcheck disable=SC2086
bench/Wharf.Bench/bin/Release/net10.0/Wharf.Bench --bundle "$work/bundle" "${runtimes[@]}" ${BENCH_ARGS:-} "${engines[@]}"
