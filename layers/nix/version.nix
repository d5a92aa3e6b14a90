# The version that handler/__init__.py states: nowhere else is it written.
{ lib }:
let
  lines = lib.splitString "\n" (builtins.readFile ../../handler/__init__.py);
  stated = lib.findFirst (line: lib.hasPrefix "__version__ = " line) (throw "handler/__init__.py states no version") lines;
in
lib.removeSuffix "\"" (lib.removePrefix "__version__ = \"" stated)
