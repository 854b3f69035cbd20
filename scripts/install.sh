#!/usr/bin/env bash
# Puts programs, completions and the systemd unit in place below PREFIX (and DESTDIR, for packagers); --remove takes them away again.
set -euo pipefail
cd "$(dirname "$0")/.."

prefix=${PREFIX:-/usr/local}
root=${DESTDIR:-}
share=$prefix/share
completions=(
    "bash $share/bash-completion/completions/wharf"
    "zsh $share/zsh/site-functions/_wharf"
    "fish $share/fish/vendor_completions.d/wharf.fish"
)
lib=$prefix/lib/wharf
unit=/etc/systemd/system/wharf.service

if [ "${1:-}" = --remove ]; then
    rm -rf "$root$lib"
    rm -f "$root$prefix"/bin/{wharf,wharfd,wharf-runtime} "$root$unit"
    for entry in "${completions[@]}"; do rm -f "$root${entry#* }"; done
    echo "removed wharf from $root$prefix"
    exit 0
fi

# The programs find each other, and the SQLite library, beside themselves.
install -d "$root$lib" "$root$prefix/bin"
install -m 0755 artifacts/bin/{wharf,wharfd,wharf-runtime} "$root$lib/"
install -m 0644 artifacts/bin/*.so "$root$lib/" 2>/dev/null || true
for program in wharf wharfd wharf-runtime; do ln -sfn "$lib/$program" "$root$prefix/bin/$program"; done
for entry in "${completions[@]}"; do
    install -d "$root$(dirname "${entry#* }")"
    artifacts/bin/wharf completion "${entry%% *}" >"$root${entry#* }"
done
install -d "$root$(dirname "$unit")"
sed "s|@BIN@|$prefix/bin|" packaging/wharf.service >"$root$unit"
[ -n "$root" ] || getent group wharf >/dev/null || groupadd --system wharf
echo "installed wharf below $root$prefix; start it with: systemctl enable --now wharf (or run wharfd)"
