# In place of the network: Nix compares the hash as it would there.
PATH=/usr/bin:/bin
cp "$1/$2" "$out"
