"""Addresses of machines, and versions, which look like them."""

import ipaddress

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from handler.pipeline.redact import mask

MASKED = [
    ("http://10.0.0.1/x and [2001:db8::1]:443", "http://[IP]/x and [[IP]]:443"),
    ("::ffff:192.0.2.128 and fe80::1%eth0: down", "[IP] and [IP]: down"),
    ("db.internal/10.20.30.40:5432", "db.internal/[IP]:5432"),
    ("ssh root@192.0.2.44", "ssh root@[IP]"),
]
KEPT = [
    "Chrome/119.0.0.0, v1.2.3.4, build 4.1.0.2, firmware 1.12.0.7",
    "upgraded from 3.12.0.4 to 3.12.0.5, and 3.12.0.6 is worse",
    "section 4.3.2.1, 10.0.19045.3, 12:30:45, std::map a::b",
]


@pytest.mark.parametrize(("text", "expected"), MASKED)
def test_addresses_are_masked(text: str, expected: str) -> None:
    """With ports, zones, brackets and names beside them."""
    assert expected == mask(text)[0]


@pytest.mark.parametrize("text", KEPT)
def test_versions_stay(text: str) -> None:
    """Who compares two of them names the product once."""
    assert (text, {}) == mask(text)


@example(ipaddress.ip_address("febf:ffff:ffff:ffff:ffff:ffff:ffff:fffa"))
@example(ipaddress.ip_address("bad::cafe"))
@given(st.ip_addresses())
def test_every_address_is_masked(address: object) -> None:
    """As Python writes them, but for short ones without a digit, which are names of code."""
    written = str(address)
    is_name = "::" in written and not any(map(str.isdigit, written))
    assert (f"from {written} it" if is_name else "from [IP] it") == mask(f"from {written} it")[0]
