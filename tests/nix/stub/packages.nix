# The stub's packages for one system. Their builders are never run, but every attribute that is given to them is forced:
# laziness would hide mistakes. With `host`, a Python with the dependencies, a package can be built truly: its own install
# phase runs, and its programs run that Python. What would be downloaded comes out of the folder `downloads`, hash and all.
{ system, host ? null, downloads ? "/nonexistent" }:
let
  lib = import ./lib.nix;
  inherit (builtins) deepSeq elem functionArgs intersectAttrs isFunction removeAttrs toJSON;

  hooks = given: if given ? meta then deepSeq given.meta given else given;
  onThisSystem = given:
    if elem system (given.meta.platforms or [ system ]) then given else throw "${given.pname} is not for ${system}";

  # As nixpkgs': `env` becomes the builder's variables, meta and passthru stay outside of it.
  mkDerivation = given:
    let
      attrs = onThisSystem (hooks given);
      drv = derivation (removeAttrs attrs [ "meta" "passthru" "env" ] // (attrs.env or { }) // {
        inherit system;
        name = attrs.name or "${attrs.pname}-${attrs.version}";
        builder = "/bin/bash";
        args = [ ./builder.sh ];
      });
    in
    drv // (attrs.passthru or { }) // {
      inherit (attrs) version;
      overrideAttrs = change: mkDerivation (given // change given);
    };

  plain = pname: mkDerivation { inherit pname; version = "0"; };

  buildPythonPackage = given:
    mkDerivation ({ nativeBuildInputs = [ ]; buildInputs = [ ]; } // given // {
      name = "python-${given.pname}";
    }) // { overridePythonAttrs = change: buildPythonPackage (given // change given); };

  # A package whose expression takes these arguments and no others: a name that nixpkgs does not know is an error.
  overridable = defaults: make:
    let
      with' = arguments:
        if removeAttrs arguments (builtins.attrNames defaults) == { } then
          make (defaults // arguments) // { override = changed: with' (arguments // changed); }
        else
          throw "no such arguments: ${toString (builtins.attrNames (removeAttrs arguments (builtins.attrNames defaults)))}";
    in
    with' { };

  named = names: lib.genAttrs names (pname: buildPythonPackage { inherit pname; version = "0"; });

  pythonPackages = named [
    "aws-xray-sdk" "boto3" "colorlog" "fasttext-predict" "filelock" "huggingface-hub" "jmespath" "localstack-client" "numpy"
    "platformdirs" "prometheus-client" "pydantic" "pydantic-settings" "python-stdnum" "pyyaml" "requests" "rich" "safetensors" "sentence-transformers"
    "simplejson" "snapshot-restore-py" "tokenizers" "tqdm" "transformers" "typer" "typing-extensions"
  ] // {
    inherit buildPythonPackage;
    ctranslate2 = overridable { ctranslate2-cpp = packages.ctranslate2; } (arguments:
      buildPythonPackage { pname = "ctranslate2"; version = "0"; buildInputs = [ arguments.ctranslate2-cpp ]; });
    torch = overridable { cudaSupport = null; tritonSupport = null; } (arguments:
      buildPythonPackage { pname = "torch"; version = "0"; options = toJSON arguments; });
  };

  python313 = overridable { packageOverrides = _: _: { }; self = null; } ({ packageOverrides, ... }:
    let final = pythonPackages // packageOverrides final pythonPackages;
    in plain "python3" // {
      withPackages = choose: mkDerivation {
        pname = "python";
        version = "3.13-env";
        paths = if host == null then choose final else [ ];
        installPhase = if host == null then "exit 1" else ''
          mkdir -p "$out/bin"
          printf '#!/bin/bash\nexec %s "$@"\n' ${host} > "$out/bin/python"
          chmod +x "$out/bin/python"
        '';
        passthru.sitePackages = "lib/python3.13/site-packages";
      };
    });

  closed = { url, sha256 }: derivation {
    inherit system;
    name = baseNameOf url;
    builder = "/bin/bash";
    args = [ ./download.sh downloads (baseNameOf url) ];
    outputHash = sha256;
    outputHashAlgo = "sha256";
    outputHashMode = "flat";
    inherit url;
  };

  packages = {
    inherit lib python313;
    stdenv = {
      inherit mkDerivation;
      hostPlatform = { inherit system; parsed.cpu.name = builtins.head (builtins.split "-" system); };
      cc.cc.lib = plain "gcc-lib";
    };
    makeWrapper = ./make-wrapper.sh;
    autoPatchelfHook = ./make-wrapper.sh;
    fetchurl = closed;
    fetchPypi = { pname, version, format, dist, python, abi ? "none", platform ? "any", sha256 }: closed {
      url = assert format == "wheel"; "https://stub/${dist}/${pname}-${version}-${python}-${abi}-${platform}.whl";
      inherit sha256;
    };
    runCommand = name: variables: script: mkDerivation (variables // { pname = name; version = "0"; installPhase = script; });
    dockerTools.streamLayeredImage = { name, tag, contents, maxLayers, config }: mkDerivation {
      pname = name;
      version = tag;
      inherit contents maxLayers;
      config = toJSON config;
    };
    mkShell = given: mkDerivation (given // { pname = "shell"; version = "0"; });
    callPackage = expression: arguments:
      let function = if isFunction expression then expression else import expression;
      in function (intersectAttrs (functionArgs function) packages // arguments);
  } // lib.genAttrs [ "cacert" "ctranslate2" "git" "gnumake" "shellcheck" "skopeo" ] plain;
in
packages
