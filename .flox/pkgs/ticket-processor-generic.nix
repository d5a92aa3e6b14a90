{ callPackage }: callPackage ../../layers/nix/package.nix { variant = "generic"; }
