#!/usr/bin/env bash
# Pushes the images of build/images to a repository of ECR, each tagged <version>-<variant>, and then makes the manifest list
# <version> of avx2 and arm64, out of which each machine takes its own.
#
#   deploy/ecr-push.sh [--dry-run] [--list-only | --no-list] [--tool skopeo|docker] REPOSITORY [VARIANT...]
#
# REPOSITORY is <account>.dkr.ecr.<region>.amazonaws.com/<name>. AVX-512 is not in the list: a list knows architectures, and
# avx2 and avx512 are one. Lambda takes no list: its functions name <version>-avx2 or <version>-arm64.
#
# --dry-run prints the exact commands and runs none. Credentials are the aws command's own; the password goes through a pipe
# and is never an argument.
set -euo pipefail
cd "$(dirname "$0")/.."

fail() { echo "ecr-push: $1" >&2; exit 2; }

dry_run=''
list=yes
push=yes
tool=''
arguments=()
while [ $# -gt 0 ]; do
  case $1 in
    --dry-run) dry_run=yes ;;
    --list-only) push= ;;
    --no-list) list= ;;
    --tool) [ $# -ge 2 ] || fail "--tool needs a value: skopeo or docker"; tool=$2; shift ;;
    -*) fail "there is no option $1" ;;
    *) arguments+=("$1") ;;
  esac
  shift
done
[ -n "$list$push" ] || fail "--list-only and --no-list leave nothing to do"
[ ${#arguments[@]} -ge 1 ] || fail "name the repository: <account>.dkr.ecr.<region>.amazonaws.com/<name>"

repository=${arguments[0]}
pattern='^([0-9]{12})\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws\.com(\.cn)?/[a-z0-9][a-z0-9._/-]*$'
[[ $repository =~ $pattern ]] || fail "$repository is not <account>.dkr.ecr.<region>.amazonaws.com/<name>"
region=${BASH_REMATCH[2]}
registry=${repository%%/*}

variants=("${arguments[@]:1}")
if [ ${#variants[@]} -eq 0 ]; then variants=(avx2 avx512 arm64); fi
for variant in "${variants[@]}"; do
  case $variant in
    generic | avx2 | avx512 | arm64) ;;
    *) fail "$variant is none of generic, avx2, avx512, arm64" ;;
  esac
done

if [ -z "$tool" ]; then
  if command -v skopeo >/dev/null; then tool=skopeo; else tool=docker; fi
fi
case $tool in
  skopeo | docker) ;;
  *) fail "--tool $tool is neither skopeo nor docker" ;;
esac

version=$(sed -n 's/^__version__ = "\(.*\)"$/\1/p' handler/__init__.py)
[ -n "$version" ] || fail "handler/__init__.py states no version"
archive() { echo "build/images/ticket-processor-$version-$1.tar"; }

show() { printf ' %q' "$@" | cut -c 2-; }
run() {
  show "$@"
  if [ -z "$dry_run" ]; then "$@"; fi
}
log_in() {
  echo "$(show aws ecr get-login-password --region "$region") | $(show "$1" login --username AWS --password-stdin "$registry")"
  if [ -z "$dry_run" ]; then
    aws ecr get-login-password --region "$region" | "$1" login --username AWS --password-stdin "$registry"
  fi
}
# A tag is written once: what runs as 1.2.3-avx2 today is what ran so yesterday.
is_pushed() {
  [ -z "$dry_run" ] && aws ecr describe-images --region "$region" --repository-name "${repository#*/}" \
    --image-ids "imageTag=$1" >/dev/null 2>&1
}
push_one() {
  local tag="$version-$1"
  if is_pushed "$tag"; then fail "$repository:$tag is there already: raise the version, tags are not written twice"; fi
  if [ "$tool" = skopeo ]; then
    run skopeo copy --retry-times 3 "docker-archive:$(archive "$1")" "docker://$repository:$tag"
  else
    run docker load --input "$(archive "$1")"
    run docker tag "ticket-processor-$1:$tag" "$repository:$tag"
    run docker push "$repository:$tag"
  fi
}

if [ -z "$dry_run" ]; then
  command -v aws >/dev/null || fail "the aws command is not installed: https://docs.aws.amazon.com/cli/"
  if [ -n "$push" ]; then
    command -v "$tool" >/dev/null || fail "$tool is not installed"
    for variant in "${variants[@]}"; do
      [ -f "$(archive "$variant")" ] || fail "$(archive "$variant") is missing: run make images first"
    done
  fi
  if [ -n "$list" ]; then command -v docker >/dev/null || fail "the manifest list needs docker (buildx): use --no-list without"; fi
fi

if [ -n "$push" ]; then
  log_in "$tool"
  for variant in "${variants[@]}"; do push_one "$variant"; done
fi
if [ -n "$list" ]; then
  if [ "$tool" != docker ] || [ -z "$push" ]; then log_in docker; fi
  run docker buildx imagetools create --tag "$repository:$version" "$repository:$version-avx2" "$repository:$version-arm64"
fi
