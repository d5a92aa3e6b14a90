{
  description = "Enriches support tickets from SQS with machine learning on CPU";

  # No flake.lock is shipped, since no machine that had nixpkgs made one: `nix flake lock` writes yours. Commit it.
  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixpkgs-unstable";

  outputs = { self, nixpkgs }:
    let
      inherit (nixpkgs) lib;
      variants = import ./layers/nix/variants.nix;
      systems = [ "x86_64-linux" "aarch64-linux" ];

      on = system:
        let
          pkgs = nixpkgs.legacyPackages.${system};
          here = lib.filterAttrs (_: variant: builtins.elem system variant.systems) variants;
          each = make: lib.concatMapAttrs make here;

          package = variant: backend: pkgs.callPackage ./layers/nix/package.nix { inherit variant backend; };
          image = variant: pkgs.callPackage ./layers/nix/image.nix { package = package variant "ctranslate2"; };
        in
        {
          packages = each (variant: _: {
            "ticket-processor-${variant}" = package variant "ctranslate2";
            "ticket-processor-${variant}-torch" = package variant "torch";
            "image-${variant}" = image variant;
          }) // { default = package "generic" "ctranslate2"; };

          devShells.default = pkgs.mkShell {
            packages = [ pkgs.python313 pkgs.gnumake pkgs.git pkgs.skopeo pkgs.shellcheck ];
          };
        };
    in
    {
      packages = lib.genAttrs systems (system: (on system).packages);
      devShells = lib.genAttrs systems (system: (on system).devShells);
    };
}
