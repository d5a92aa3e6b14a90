{ callPackage }: callPackage ../../layers/nix/package.nix { variant = "avx2"; }
