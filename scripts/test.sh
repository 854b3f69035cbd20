#!/usr/bin/env bash
# The second half of `make test`. Kernel and conformance tests run in a network and mount namespace of their own, so that the bridges,
# rules and mounts they make are not the machine's. The last line is the sum: N passed, N failed, N skipped.
set -uo pipefail
cd "$(dirname "$0")/.."

export DOTNET_CLI_TELEMETRY_OPTOUT=1 WHARF_BIN=$PWD/artifacts/bin
passed=0 failed=0 skipped=0
results=artifacts/test
mkdir -p "$results"

echo "== format"
if ! dotnet format Wharf.slnx --verify-no-changes --verbosity quiet; then
    echo "format: run 'make format'"
    failed=$((failed + 1))
fi

echo "== build"
dotnet build Wharf.slnx -c Release -v quiet -clp:NoSummary -nologo || {
    echo "0 passed, 1 failed, 0 skipped"
    exit 1
}

echo "== tools"
scripts/docker-cli.sh || failed=$((failed + 1))
export PATH=$PWD/artifacts/tools:$PATH
WHARF_TEST_DEBIAN=$(scripts/base-image.sh bookworm) || failed=$((failed + 1))
export WHARF_TEST_DEBIAN=$PWD/$WHARF_TEST_DEBIAN
WHARF_TEST_APT=$(scripts/apt-repository.sh) || failed=$((failed + 1))
export WHARF_TEST_APT=$PWD/$WHARF_TEST_APT

# A project that hangs is ended: the sum must come, and says that it failed.
run() { # project [wrapper...]
    local project=$1 log=$results/$1.log
    shift
    echo "== $project"
    timeout --signal TERM --kill-after 10 20m "$@" "test/$project/bin/Release/net10.0/$project" -noColor -noLogo >"$log" 2>&1
    local status=$?
    grep -vE '^ *(Discover|Start|Finish)' "$log" | tail -n 200
    local summary
    summary=$(grep -oE 'Total: [0-9]+, Errors: [0-9]+, Failed: [0-9]+, Skipped: [0-9]+' "$log" | tail -n 1)
    local total errors fail skip
    IFS=, read -r total errors fail skip <<<"$(tr -cd '0-9,' <<<"${summary:-0,1,0,0}")"
    passed=$((passed + total - fail - skip)) failed=$((failed + fail + errors)) skipped=$((skipped + skip))
    if [ "$status" != 0 ] && [ "$((fail + errors))" = 0 ]; then
        echo "$project ended with status $status"
        failed=$((failed + 1))
    fi
}

own_namespaces=(unshare --net --mount --propagation private sh -c 'ip link set lo up && exec "$0" "$@"')
run Wharf.UnitTests
run Wharf.KernelTests "${own_namespaces[@]}"
run Wharf.ConformanceTests "${own_namespaces[@]}"

echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" = 0 ]
