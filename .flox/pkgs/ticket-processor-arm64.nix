{ callPackage }: callPackage ../../layers/nix/package.nix { variant = "arm64"; }
