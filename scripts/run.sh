#!/usr/bin/env bash
# The second half of `make run`: a daemon, a base image, a container, and how long it took.
set -euo pipefail
cd "$(dirname "$0")/.."

wharf=artifacts/bin/wharf
image=debian:bookworm

"$wharf" version >/dev/null # starts the daemon if none answers, and says so

if ! "$wharf" image inspect "$image" >/dev/null 2>&1; then
    echo "wharf: getting $image"
    if timeout 20 "$wharf" pull "$image" 2>/tmp/wharf-pull.$$; then
        rm -f /tmp/wharf-pull.$$
    else
        echo "wharf: Docker Hub cannot be reached ($(tail -n 1 /tmp/wharf-pull.$$ | cut -c1-120)); building $image with debootstrap instead"
        rm -f /tmp/wharf-pull.$$
        "$wharf" import --change 'CMD ["bash"]' "$(scripts/base-image.sh bookworm)" "$image"
    fi
fi

echo "\$ wharf run --rm $image cat /etc/os-release"
began=$(date +%s%N)
"$wharf" run --rm "$image" cat /etc/os-release
echo "wharf: from the command to its exit: $((($(date +%s%N) - began) / 1000000)) ms"
