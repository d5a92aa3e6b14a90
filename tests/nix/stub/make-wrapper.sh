# nixpkgs' makeWrapper, as far as it is used: sourced by builder.sh. An option that it does not know is an error.
makeWrapper() {
  local program=$1 wrapper=$2
  shift 2
  {
    printf '#!/bin/bash\n'
    local flags=
    while [ $# -gt 0 ]; do
      case $1 in
        --set) printf 'export %s=%q\n' "$2" "$3"; shift 3 ;;
        --set-default) printf 'export %s=${%s-%q}\n' "$2" "$2" "$3"; shift 3 ;;
        --prefix) printf 'export %s=%q${%s:+%s}${%s:-}\n' "$2" "$4" "$2" "$3" "$2"; shift 4 ;;
        --add-flags) flags="$flags $2"; shift 2 ;;
        *) echo "makeWrapper: unknown option $1" >&2; exit 1 ;;
      esac
    done
    printf 'exec %q%s "$@"\n' "$program" "$flags"
  } > "$wrapper"
  chmod +x "$wrapper"
}
