"""Which AWS is meant, and which is refused."""

import pytest

from handler.local.endpoint import Endpoint, chosen
from handler.local.failures import EndpointRefused, NothingRunning

OURS = "http://127.0.0.1:4567"


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:4566",
        "http://127.8.9.1",
        "http://localhost:4566",
        "https://LocalHost:4566/",
        "http://[::1]:4566",
        " http://127.0.0.1:4566 ",
    ],
)
def test_loopback_is_accepted(url: str) -> None:
    assert chosen({"AWS_ENDPOINT_URL": url}, None) == Endpoint(url.strip())


@pytest.mark.parametrize(
    "url",
    [
        "https://sqs.us-east-1.amazonaws.com",
        "http://10.0.0.7:4566",
        "http://0.0.0.0:4566",
        "http://[::]:4566",
        "http://[::ffff:10.0.0.1]:4566",
        "http://localhost.example.com",
        "http://127.0.0.1.example.com",
        "http://2130706433",
        "http://127.1",
        "http://localstack:4566",
    ],
)
def test_any_other_host_is_refused_by_its_spelling(url: str) -> None:
    """Nothing is resolved: a name that points to 127.0.0.1 today may point elsewhere tomorrow."""
    with pytest.raises(EndpointRefused, match="is not this machine"):
        chosen({"AWS_ENDPOINT_URL": url}, None)


@pytest.mark.parametrize(
    "url",
    [
        "127.0.0.1:4566",
        "ftp://127.0.0.1",
        "http://",
        "http://127.0.0.1:port",
        "http://127.0.0.1:99999",
        "http://user@127.0.0.1:4566",
        "http://example.com\\@127.0.0.1",
        "http://127.0.0.1:4566/\x00",
        "http://[::1",
    ],
)
def test_an_address_that_parsers_may_read_differently_is_refused(url: str) -> None:
    for disposable in (False, True):
        with pytest.raises(EndpointRefused, match="AWS_ENDPOINT_URL is not an address"):
            chosen({"AWS_ENDPOINT_URL": url}, None, disposable=disposable)


def test_a_disposable_endpoint_may_be_anywhere() -> None:
    assert chosen({"AWS_ENDPOINT_URL": "http://localstack:4566"}, None, disposable=True).url == "http://localstack:4566"


def test_the_users_endpoint_comes_before_ours() -> None:
    endpoint = chosen({"AWS_ENDPOINT_URL": "http://localhost:4566"}, OURS)
    assert endpoint == Endpoint("http://localhost:4566", ours=False)


def test_our_running_emulator_is_used_where_the_user_names_none() -> None:
    assert chosen({}, OURS) == Endpoint(OURS, ours=True)
    assert chosen({"AWS_ENDPOINT_URL": OURS}, OURS) == Endpoint(OURS, ours=True)


def test_no_endpoint_at_all_says_how_to_get_one() -> None:
    with pytest.raises(NothingRunning, match="ticket-processor local up"):
        chosen({}, None)


@pytest.mark.parametrize("service", ["S3", "SQS", "DYNAMODB", "LAMBDA"])
def test_a_services_own_endpoint_is_refused_alike(service: str) -> None:
    with pytest.raises(EndpointRefused, match=f"AWS_ENDPOINT_URL_{service} names example.com"):
        chosen({f"AWS_ENDPOINT_URL_{service}": "http://example.com"}, OURS)


def test_a_services_own_endpoint_is_used_for_that_service_only() -> None:
    endpoint = chosen({"AWS_ENDPOINT_URL_DYNAMODB": "http://127.0.0.1:8000"}, OURS)
    assert (endpoint.of("dynamodb"), endpoint.of("sqs")) == ("http://127.0.0.1:8000", OURS)
    assert endpoint.environment() == {"AWS_ENDPOINT_URL": OURS, "AWS_ENDPOINT_URL_DYNAMODB": "http://127.0.0.1:8000"}


def test_one_services_endpoint_does_not_leave_the_others_to_aws() -> None:
    with pytest.raises(NothingRunning, match="AWS_ENDPOINT_URL_SQS is set, but AWS_ENDPOINT_URL is not"):
        chosen({"AWS_ENDPOINT_URL_SQS": OURS}, None)
