#!/usr/bin/env bash
# Publishes the three programs with NativeAOT into artifacts/bin. A warning of the AOT compiler is an error.
set -euo pipefail
cd "$(dirname "$0")/.."

out=artifacts/bin
mkdir -p "$out"
for project in Runtime Daemon Cli; do
    staging=artifacts/publish/$project
    log=artifacts/publish/$project.log
    mkdir -p "$staging"
    echo "wharf: building $project"
    if ! dotnet publish "src/Wharf.$project" -c Release -o "$staging" -v quiet -clp:NoSummary -nologo >"$log" 2>&1; then
        cat "$log" >&2
        exit 1
    fi
    if grep -E 'warning (IL|AOT)' "$log" >&2; then
        echo "wharf: the AOT compiler warned: see above" >&2
        exit 1
    fi
done

# A running program cannot be overwritten, only replaced: hence the rename.
for file in artifacts/publish/{Runtime/wharf-runtime,Daemon/wharfd,Daemon/*.so,Cli/wharf}; do
    [ -e "$file" ] || continue
    cp "$file" "$out/.new"
    mv "$out/.new" "$out/$(basename "$file")"
done
touch "$out/.stamp"
