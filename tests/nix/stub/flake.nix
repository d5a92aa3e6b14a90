{
  description = "As much of nixpkgs as this project's expressions touch: they are evaluated against it, offline";

  outputs = { self }:
    let lib = import ./lib.nix;
    in {
      inherit lib;
      legacyPackages = lib.genAttrs [ "x86_64-linux" "aarch64-linux" ] (system: import ./packages.nix { inherit system; });
    };
}
