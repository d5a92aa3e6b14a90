# The processors that the package is built for. Data only: package.nix says what becomes of it, tests/nix/ holds names and
# features equal to those of handler/settings.py and handler/inference/cpu.py.
#
# flags go to the compiler for the engine alone. `features` is what the start-up guard demands, by the kernel's names, so
# no flag may let the compiler use more than that: arm64 is tuned for Graviton2 and later, but uses no instruction beyond
# ARMv8 with asimd.
{
  generic = {
    systems = [ "x86_64-linux" "aarch64-linux" ];
    flags = [ ];
    features = [ ];
  };
  avx2 = {
    systems = [ "x86_64-linux" ];
    flags = [ "-mavx2" "-mfma" ];
    features = [ "avx2" "fma" ];
  };
  avx512 = {
    systems = [ "x86_64-linux" ];
    flags = [ "-mavx512f" "-mavx512bw" "-mavx512dq" "-mavx512vl" ];
    features = [ "avx512bw" "avx512dq" "avx512f" "avx512vl" ];
  };
  arm64 = {
    systems = [ "aarch64-linux" ];
    flags = [ "-mtune=neoverse-n1" ];
    features = [ "asimd" ];
  };
}
