# The one expression of the package, for every variant of variants.nix: flake.nix, .flox/pkgs/*.nix and the images call it.
#
# What Flox's own entry point would set at start is baked into the programs here, because that entry point cannot start on
# Lambda: it writes to the root, which is read-only there.
{ lib
, stdenv
, makeWrapper
, autoPatchelfHook
, ctranslate2
, fetchPypi
, python313
, callPackage
, variant ? "generic"
, backend ? "ctranslate2"
, withModels ? true # the fast profile's; without them, and for the full profile, TICKETS_MODEL_DIR says where models lie
}:
let
  variants = import ./variants.nix;
  chosen = variants.${variant} or (throw "variant ${variant} is none of ${toString (builtins.attrNames variants)}");
  suffix = { ctranslate2 = ""; torch = "-torch"; }.${backend} or (throw "backend ${backend} is neither ctranslate2 nor torch");

  python = import ./python.nix {
    inherit lib stdenv autoPatchelfHook ctranslate2 fetchPypi python313 backend;
    inherit (chosen) flags;
  };

  # Converted by the generic engine: whatever the variant, the builder can run it.
  models = callPackage ./models.nix { package = callPackage ./package.nix { withModels = false; }; };

  root = ../..;
  inside = path: lib.removePrefix (toString root + "/") (toString path);
  isPackaged = path: type:
    builtins.elem (inside path) [ "handler" "pyproject.toml" "LICENSE" ]
    || (lib.hasPrefix "handler/" (inside path) && baseNameOf path != "__pycache__");

  packaged = import ./version.nix { inherit lib; };
in
stdenv.mkDerivation {
  pname = "ticket-processor-${variant}${suffix}";
  version = packaged;
  src = builtins.path { path = root; name = "ticket-processor-source"; filter = isPackaged; };

  nativeBuildInputs = [ makeWrapper ];
  dontConfigure = true;
  dontBuild = true;

  installPhase = ''
    runHook preInstall

    site="$out/${python.sitePackages}"
    mkdir -p "$site" "$out/bin" "$out/libexec" "$out/share/doc/ticket-processor"
    cp -r handler "$site/"
    cp LICENSE "$out/share/doc/ticket-processor/"

    printf '%s\n' 'from handler.entry import main' 'main()' > "$out/libexec/ticket-processor"
    common=(
      --prefix PYTHONPATH : "$site"
      --set TICKETS_CPU_VARIANT ${variant}
      --set-default TICKETS_BACKEND ${backend}
      ${lib.optionalString withModels "--set-default TICKETS_MODEL_DIR ${models}"}
      --set PYTHONDONTWRITEBYTECODE 1
      --set PYTHONNOUSERSITE 1
    )
    makeWrapper ${python}/bin/python "$out/bin/ticket-processor" "''${common[@]}" \
      --add-flags "$out/libexec/ticket-processor"
    makeWrapper ${python}/bin/python "$out/bin/ticket-processor-lambda" "''${common[@]}" \
      --add-flags "-m awslambdaric"

    runHook postInstall
  '';

  # The variant's own guard refuses a processor that lacks what it was built for, and the builder may be one: only what needs
  # no engine is tried, and not at all where the guard would be right to refuse.
  doInstallCheck = variant == "generic";
  installCheckPhase = ''
    runHook preInstallCheck
    HOME="$TMPDIR" "$out/bin/ticket-processor" --version
    runHook postInstallCheck
  '';

  passthru = { inherit variant backend python; inherit (chosen) flags features; };

  meta = {
    description = "Enriches support tickets from SQS with machine learning on CPU (${variant})";
    license = lib.licenses.mit;
    mainProgram = "ticket-processor";
    platforms = chosen.systems;
  };
}
