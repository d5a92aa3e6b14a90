# An image of one variant, for people with Nix and without Flox: layers in the order in which they change, see layers/README.md.
{ dockerTools, cacert, package }:
dockerTools.streamLayeredImage {
  name = "ticket-processor-${package.variant}"; # as Flox names its image: deploy/ecr-push.sh knows both by it
  tag = "${package.version}-${package.variant}";
  contents = [ package cacert ];
  maxLayers = 60;
  config = {
    Entrypoint = [ "/bin/ticket-processor-lambda" ];
    Cmd = [ "handler.entry.lambda_handler" ];
    User = "993:990";
    Env = [ "HOME=/tmp" "SSL_CERT_FILE=${cacert}/etc/ssl/certs/ca-bundle.crt" ];
    ExposedPorts = { "8080/tcp" = { }; "9090/tcp" = { }; };
    Labels = {
      "org.opencontainers.image.title" = "ticket-processor";
      "org.opencontainers.image.version" = package.version;
      "org.opencontainers.image.licenses" = "MIT";
      "ticket-processor.cpu-variant" = package.variant;
    };
  };
}
