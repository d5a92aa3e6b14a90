# The fast profile's models, converted, as a store path of their own: an image layer that changes with models.lock.toml and
# with the engine, not with the code. Every file has the hash of the lock that the package itself checks.
{ lib, fetchurl, runCommand, package }:
let
  lock = (builtins.fromTOML (builtins.readFile ../../handler/inference/models.lock.toml)).models;
  fast = lib.filterAttrs (_: model: builtins.elem "fast" model.profiles) lock;

  files = name: model: lib.mapAttrsToList
    (file: pin: {
      name = "${name}/${file}";
      path = fetchurl {
        url = "https://huggingface.co/${model.repository}/resolve/${model.revision}/${file}";
        inherit (pin) sha256;
      };
    })
    model.files;

  copies = map (file: ''install -D -m 644 ${file.path} "sources/${file.name}"'')
    (lib.concatLists (lib.mapAttrsToList files fast));
in
runCommand "ticket-processor-models" { } ''
  ${lib.concatStringsSep "\n" copies}
  export HOME="$TMPDIR" TICKETS_MODEL_DIR="$TMPDIR/models"
  ${package}/bin/ticket-processor models fetch --profile fast --from sources
  mkdir -p "$out"
  cp -r "$TMPDIR/models/converted" "$out/"
  find "$out" -name '.*.lock' -delete
''
