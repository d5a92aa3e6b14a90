# What stdenv does around a package's own phases, as far as ours need it.
set -euo pipefail
export PATH=/usr/bin:/bin TMPDIR=${TMPDIR:-/tmp}
runHook() { :; }
for input in ${nativeBuildInputs:-}; do . "$input"; done
if [ -n "${src:-}" ]; then
  cp -r "$src" source
  chmod -R u+w source
  cd source
fi
eval "$installPhase"
if [ "${doInstallCheck:-}" = 1 ]; then eval "$installCheckPhase"; fi
