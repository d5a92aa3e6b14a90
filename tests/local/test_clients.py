"""Clients that can reach the chosen endpoint and nothing else."""

from pathlib import Path
from typing import Any

import boto3
import pytest

from handler.local.clients import Aws, connect
from handler.local.endpoint import Endpoint

URL = "http://127.0.0.1:4999"


def _clients(aws: Aws) -> list[Any]:
    return [aws.s3, aws.sqs, aws.dynamodb, aws.functions]


def _keys(client: Any) -> tuple[str, str, str | None]:
    return tuple(client._request_signer._credentials.get_frozen_credentials())[:3]


@pytest.mark.parametrize(
    "endpoint", [Endpoint(URL), Endpoint(URL, {"sqs": "http://127.0.0.1:5000"}), Endpoint("http://[::1]:4999")]
)
def test_credentials_are_the_fixed_test_ones(endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the user is signed in to."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "real")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "real")
    monkeypatch.setenv("AWS_SESSION_TOKEN", "real")
    for client in _clients(connect(endpoint)):
        assert _keys(client) == ("test", "test", None)
        assert client.meta.region_name == "us-east-1"


@pytest.mark.parametrize("overrides", [{}, {"sqs": URL}])
def test_a_stray_profile_is_not_used(
    overrides: dict[str, str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Neither one that does not exist, which boto3 would stumble over, nor one that leads elsewhere."""
    shared = tmp_path / "config"
    shared.write_text(
        "[profile real]\nregion = eu-west-1\nservices = s\n[services s]\ns3 =\n  endpoint_url = http://x.invalid\n"
    )
    monkeypatch.setenv("AWS_CONFIG_FILE", str(shared))
    for profile in ("missing", "real"):
        monkeypatch.setenv("AWS_PROFILE", profile)
        monkeypatch.setenv("AWS_DEFAULT_PROFILE", profile)
        for client in _clients(connect(Endpoint(URL, overrides))):
            assert (client.meta.endpoint_url, client.meta.region_name) == (URL, "us-east-1")


def test_variables_of_localstack_client_lead_nowhere_else(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOCALSTACK_HOST", "example.com")
    monkeypatch.setenv("USE_SSL", "1")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    assert [client.meta.endpoint_url for client in _clients(connect(Endpoint(URL)))] == [URL] * 4


def test_a_proxy_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """The emulator is on this machine; a proxy would send its tickets elsewhere."""
    monkeypatch.setenv("HTTP_PROXY", "http://proxy.invalid:3128")
    for client in _clients(connect(Endpoint(URL))):
        assert client._endpoint.http_session._proxy_config.proxy_url_for(URL) is None


def test_boto3s_default_session_is_left_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)
    connect(Endpoint(URL))
    assert boto3.DEFAULT_SESSION is None
