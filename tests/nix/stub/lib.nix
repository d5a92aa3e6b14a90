# What the project's expressions use of nixpkgs' lib, with the same meaning. What is not here is a mistake in them, or here.
let
  inherit (builtins) attrNames concatLists elemAt filter foldl' isString length listToAttrs map split stringLength substring;
in
rec {
  inherit concatLists;
  inherit (builtins) concatStringsSep;
  genAttrs = names: make: listToAttrs (map (name: { inherit name; value = make name; }) names);
  mapAttrsToList = make: set: map (name: make name set.${name}) (attrNames set);
  filterAttrs = keep: set: genAttrs (filter (name: keep name set.${name}) (attrNames set)) (name: set.${name});
  concatMapAttrs = make: set: foldl' (all: one: all // one) { } (mapAttrsToList make set);
  optional = wanted: one: if wanted then [ one ] else [ ];
  optionalString = wanted: text: if wanted then text else "";
  optionals = wanted: many: if wanted then many else [ ];
  findFirst = accepts: default: list:
    let found = filter accepts list; in if found == [ ] then default else elemAt found 0;
  splitString = separator: text: filter isString (split separator text);
  hasPrefix = prefix: text: substring 0 (stringLength prefix) text == prefix;
  removePrefix = prefix: text:
    if hasPrefix prefix text then substring (stringLength prefix) (stringLength text) text else text;
  removeSuffix = suffix: text:
    let kept = stringLength text - stringLength suffix;
    in if kept >= 0 && substring kept (stringLength suffix) text == suffix then substring 0 kept text else text;
  licenses.mit = { spdxId = "MIT"; };
}
