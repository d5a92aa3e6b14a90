#!/usr/bin/env bash
# Makes an image of each variant by `flox containerize`, into build/images/ticket-processor-<version>-<variant>.tar.
#
#   CATALOG=<your FloxHub user or organisation> deploy/images.sh [--dry-run] [VARIANT...]
#
# Without variants: those of this machine's processor, because an image has the architecture of the machine that makes it.
# The packages have to be published before (docs/publishing.md): Flox puts packages into images, and nothing else.
set -euo pipefail
cd "$(dirname "$0")/.."

fail() { echo "images: $1" >&2; exit 2; }

run() {
  printf '%s' "+"
  printf ' %q' "$@"
  printf '\n'
  if [ -z "$dry_run" ]; then "$@"; fi
}

dry_run=
variants=()
for argument in "$@"; do
  case $argument in
    --dry-run) dry_run=yes ;;
    avx2 | avx512 | arm64) variants+=("$argument") ;;
    *) fail "$argument is none of avx2, avx512, arm64, --dry-run" ;;
  esac
done

machine=${MACHINE:-$(uname -m)}
case $machine in
  x86_64) here=(avx2 avx512) ;;
  aarch64 | arm64) here=(arm64) ;;
  *) fail "no variant is for $machine" ;;
esac
if [ ${#variants[@]} -eq 0 ]; then variants=("${here[@]}"); fi
for variant in "${variants[@]}"; do
  [[ " ${here[*]} " == *" $variant "* ]] || fail "the $variant image cannot be made on $machine: Flox makes images for its own machine"
done

[[ ${CATALOG:-} =~ ^[A-Za-z0-9_-]+$ ]] || fail "set CATALOG to the FloxHub user or organisation that you published to"
if [ -z "$dry_run" ]; then command -v flox >/dev/null || fail "flox is not installed: https://flox.dev/docs/install-flox; or use nix build .#image-${variants[0]}"; fi

version=$(sed -n 's/^__version__ = "\(.*\)"$/\1/p' handler/__init__.py)
[ -n "$version" ] || fail "handler/__init__.py states no version"

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
mkdir -p build/images
for variant in "${variants[@]}"; do
  cp -R "layers/$variant" "$scratch/$variant"
  manifest="$scratch/$variant/.flox/env/manifest.toml"
  sed "s/@CATALOG@/$CATALOG/" "layers/$variant/.flox/env/manifest.toml" > "$manifest"
  run flox containerize --dir "$scratch/$variant" --tag "$version-$variant" \
    --label "org.opencontainers.image.version=$version" --file "build/images/ticket-processor-$version-$variant.tar"
done
