#!/usr/bin/env bash
# Starts an engine of our own, a registry and, if asked, newer peers in a network and mount namespace of their own, and compares them.
#   BENCH_PEER_ROOT  directory with a root of another release in which docker.io, podman and crun are installed (see bench/README.md)
#   BENCH_PEERS      more engines, NAME[@SOCKET]=COMMAND, separated by ';' (podman and a docker on its usual socket are found by themselves)
#   BENCH_ARGS       passed on: -n ROUNDS, --only ROW,ROW
set -euo pipefail
cd "$(dirname "$0")/.."

if [ -z "${WHARF_BENCH_INSIDE:-}" ]; then
    dotnet build bench/Wharf.Bench -c Release -v quiet -clp:NoSummary -nologo
    # crun refuses a machine whose version 2 cgroups have controllers beside version 1's: in here they have none.
    WHARF_BENCH_INSIDE=1 exec unshare --net --mount --propagation private sh -c '
        ip link set lo up
        hybrid=/sys/fs/cgroup/unified/cgroup.controllers
        [ ! -e $hybrid ] || mount --bind /dev/null $hybrid
        exec "$0"' "$0"
fi

work=$(mktemp -d /var/tmp/wharf-bench.XXXXXX)
bin=$PWD/artifacts/bin
registry=127.0.0.1:5000
started=()
start() { # name command...
    local name=$1
    shift
    "$@" >"$work/$name.log" 2>&1 </dev/null &
    started+=($!)
}
wait_for() { # socket
    for _ in $(seq 400); do
        [ ! -S "$1" ] || return 0
        sleep 0.05
    done
    echo "wharf: $1 did not appear: see the logs in $work" >&2
    exit 1
}
engines=()
cleanup() {
    for engine in "${engines[@]}"; do
        ${engine#*=} ps -aq 2>/dev/null | xargs -r ${engine#*=} rm -f >/dev/null 2>&1 || true
    done
    for ((i = ${#started[@]} - 1; i >= 0; i--)); do
        kill "${started[i]}" 2>/dev/null && wait "${started[i]}" 2>/dev/null || true
    done
    if [ -n "${BENCH_PEER_ROOT:-}" ]; then
        grep -o " $BENCH_PEER_ROOT/[^ ]*" /proc/self/mountinfo | sort -r | xargs -r umount -l 2>/dev/null || true
    fi
    rm -rf "$work"
}
trap cleanup EXIT

socket=$work/root/wharf.sock
mkdir -p "$work/root"
start wharfd "$bin/wharfd" --data-root "$work/root" --exec-root "$work/run" --pidfile "$work/root/pid" -H "unix://$socket" --config-file /dev/null
wait_for "$socket"
engines+=("wharf@$socket=$bin/wharf -H unix://$socket")

if command -v docker-registry >/dev/null; then
    cat >"$work/registry.yml" <<Y
version: 0.1
log: {level: error, accesslog: {disabled: true}}
storage: {filesystem: {rootdirectory: $work/registry}}
http: {addr: $registry}
Y
    start registry docker-registry serve "$work/registry.yml"
    sed "s|$registry|127.0.0.1:5001|; s|$work/registry|$work/registry-to-push-to/blobs|" "$work/registry.yml" >"$work/registry-to-push-to.yml"
    mkdir -p "$work/registry-to-push-to/blobs"
    start registry-to-push-to docker-registry serve "$work/registry-to-push-to.yml"
    pull=(--registry "$registry" --push-registry 127.0.0.1:5001 --push-contents "$work/registry-to-push-to/blobs")
fi

runtimes=(--runtime "wharf=$bin/wharf-runtime")
if [ -n "${BENCH_PEER_ROOT:-}" ]; then
    # Everything of the peers below $work, which both roots have at the same path.
    in_root=(chroot "$BENCH_PEER_ROOT" env "CONTAINERS_CONF=$work/peers/containers.conf" PODMAN_IGNORE_CGROUPSV1_WARNING=1)
    mkdir -p "$work/peers" "$BENCH_PEER_ROOT$work"
    mount --bind "$BENCH_PEER_ROOT" "$BENCH_PEER_ROOT" # netavark and runc want a root that is a mount
    for directory in /proc /sys /dev "$work"; do mount --rbind "$directory" "$BENCH_PEER_ROOT$directory"; done
    cat >"$work/peers/containers.conf" <<C
[containers]
default_ulimits = ["nofile=$(ulimit -Hn):$(ulimit -Hn)", "nproc=$(cat /proc/sys/kernel/pid_max):$(cat /proc/sys/kernel/pid_max)"]
log_driver = "k8s-file"
[engine]
events_logger = "file"
cgroup_manager = "cgroupfs"
C
    cat >"$work/peers/containerd.toml" <<C
version = 2
root = "$work/peers/containerd-root"
state = "$work/peers/containerd"
disabled_plugins = ["io.containerd.grpc.v1.cri"]
[grpc]
  address = "$work/peers/containerd.sock"
C
    start containerd "${in_root[@]}" containerd -c "$work/peers/containerd.toml"
    wait_for "$work/peers/containerd.sock"
    echo '{}' >"$work/peers/daemon.json"
    start dockerd "${in_root[@]}" dockerd --config-file "$work/peers/daemon.json" --containerd "$work/peers/containerd.sock" \
        --data-root "$work/peers/docker" --exec-root "$work/peers/exec" --pidfile "$work/peers/dockerd.pid" -H "unix://$work/peers/docker.sock"
    podman=("${in_root[@]}" podman --root "$work/peers/podman" --runroot "$work/peers/podman-run")
    start podman "${podman[@]}" system service -t 0 "unix://$work/peers/podman.sock"
    wait_for "$work/peers/docker.sock"
    wait_for "$work/peers/podman.sock"
    engines+=("docker@$work/peers/docker.sock=chroot $BENCH_PEER_ROOT docker -H unix://$work/peers/docker.sock")
    engines+=("podman@$work/peers/podman.sock=${podman[*]}")
    for name in crun runc; do runtimes+=(--runtime "$name=chroot $BENCH_PEER_ROOT $name"); done
else
    command -v podman >/dev/null && engines+=("podman=podman")
    [ -S /var/run/docker.sock ] && engines+=("docker@/var/run/docker.sock=docker")
    for name in crun runc; do command -v $name >/dev/null && runtimes+=(--runtime "$name=$(command -v $name)"); done
fi
IFS=';' read -ra more <<<"${BENCH_PEERS:-}"
engines+=("${more[@]}")

# The same small root for everybody.
mkdir -p "$work/rootfs/bin"
cp /usr/bin/busybox "$work/rootfs/bin/"
for applet in sh true sleep seq cat; do ln -s busybox "$work/rootfs/bin/$applet"; done
tar -C "$work/rootfs" -cf "$work/busybox.tar" .
for engine in "${engines[@]}"; do
    ${engine#*=} image inspect busybox >/dev/null 2>&1 || ${engine#*=} import "$work/busybox.tar" busybox:latest >/dev/null
done

mkdir -p "$work/bundle"
cp -r "$work/rootfs" "$work/bundle/rootfs"
(cd "$work/bundle" && "$bin/wharf-runtime" spec && sed -i 's/"terminal": *true/"terminal": false/; s/"sh"/"true"/' config.json)
# The default seccomp profile, as our engine writes it.
id=$("$bin/wharf" -H "unix://$socket" run -d --network none busybox sleep 10000)
cp "$work/root/containers/$id/config.json" "$work/profile.json"
"$bin/wharf" -H "unix://$socket" rm -f "$id" >/dev/null

# shellcheck disable=SC2086
bench/Wharf.Bench/bin/Release/net10.0/Wharf.Bench --root "$work/root" --work "$work" "${pull[@]}" --bundle "$work/bundle" --seccomp "$work/profile.json" \
    "${runtimes[@]}" ${BENCH_ARGS:-} "${engines[@]}"
