"""Which AWS is meant: the one that the user's environment names, else our running emulator, else none.

Only loopback is accepted, so that no slip of an environment variable reaches a real account. Nothing is resolved: a
host is loopback by its spelling or not at all.
"""

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from handler.local.failures import EndpointRefused, NothingRunning

VARIABLE = "AWS_ENDPOINT_URL"
SERVICES = ("s3", "sqs", "dynamodb", "lambda")


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where the services answer. ``overrides`` are the per-service addresses; ``ours``: our own emulator's."""

    url: str
    overrides: Mapping[str, str] = field(default_factory=dict)
    ours: bool = False

    def of(self, service: str) -> str:
        """The address of one service."""
        return self.overrides.get(service, self.url)

    def environment(self) -> dict[str, str]:
        """The variables under which boto3 finds the same services."""
        return {VARIABLE: self.url} | {_variable(service): url for service, url in self.overrides.items()}


def chosen(environ: Mapping[str, str], running: str | None, *, disposable: bool = False) -> Endpoint:
    """The endpoint to use; ``running`` is the address of our emulator, if it runs.

    Raises EndpointRefused for a host that is not loopback, unless the user called the endpoint ``disposable``, and
    NothingRunning where neither the environment nor we have one.
    """
    url = environ.get(VARIABLE, "").strip() or running
    overrides = {s: v for s in SERVICES if (v := environ.get(_variable(s), "").strip())}
    if url is None:
        raise _nothing(overrides)
    for variable, address in {VARIABLE: url, **{_variable(s): v for s, v in overrides.items()}}.items():
        _check(variable, address, disposable=disposable)
    return Endpoint(url, overrides, ours=url == running)


def _variable(service: str) -> str:
    return f"{VARIABLE}_{service.upper()}"


def _nothing(overrides: Mapping[str, str]) -> NothingRunning:
    if overrides:
        named = ", ".join(map(_variable, overrides))
        return NothingRunning(f"{named} is set, but {VARIABLE} is not: nothing says where the other services are")
    return NothingRunning(f"no local AWS is running: start one with `ticket-processor local up`, or set {VARIABLE}")


def _check(variable: str, url: str, *, disposable: bool) -> None:
    host = _host(variable, url)
    if not disposable and not is_loopback(host):
        raise EndpointRefused(
            f"{variable} names {host}, which is not this machine; with --endpoint-is-disposable it is used all the same"
        )


def _host(variable: str, url: str) -> str:
    """The host of an http(s) address. User names and backslashes are refused: parsers disagree about them."""
    try:
        parts = urlsplit(url)
        port_is_a_number = parts.port is None or parts.port > 0
    except ValueError:
        raise EndpointRefused(f"{variable} is not an address like http://127.0.0.1:4566") from None
    odd = "@" in url or "\\" in url or not url.isprintable() or " " in url
    if (
        odd
        or not port_is_a_number
        or parts.scheme not in {"http", "https"}
        or not parts.hostname
        or parts.query
        or parts.fragment
    ):
        raise EndpointRefused(f"{variable} is not an address like http://127.0.0.1:4566")
    return parts.hostname


def is_loopback(host: str) -> bool:
    """Whether ``host`` is ``localhost``, ``::1`` or in 127.0.0.0/8, as it is spelled."""
    if host.lower() == "localhost":
        return True
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    return address.is_loopback if address.version == 4 else address == ipaddress.IPv6Address("::1")  # noqa: PLR2004
