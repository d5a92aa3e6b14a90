"""Keys and tokens leave the text wherever they stand."""

import pytest

from handler.pipeline.redact import mask

MASKED = [
    ("x-eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2ln", "x-[SECRET]"),
    ("aws_secret_access_key = wJalrXUtnFEMI/K7MDENG", "aws_secret_access_key = [SECRET]"),
    ("https://hooks.slack.com/services/T000/B000/madeUp", "https://hooks.slack.com/services/[SECRET]"),
    ("redis://:h0tP0tato9@cache:6379", "redis://:[SECRET]@cache:6379"),
    ("auth token 5f2b7c9d1e3a4b6c8d0e expired", "auth token [SECRET] expired"),
    ("npm_a8Dk2LmQ9xZ7vB4nC6tR1yW3hS5jF0gPeU2q", "[SECRET]"),
    ("Authorization: Basic dXNlcjpwYXNzd29yZDEyMw==", "Authorization: Basic [SECRET]"),
]
KEPT = [
    "token expired, the API key page, key-value stores, sk-learn",
    "commit 9fceb02d0ae598e95dc970b74767f19372d61af8",
    "uuid 550e8400-e29b-41d4-a716-446655440000",
    "eyJ is how they begin. eyJa.b is too short",
]


@pytest.mark.parametrize(("text", "expected"), MASKED)
def test_tokens_are_masked(text: str, expected: str) -> None:
    """By their makers' marks, or by the words before them."""
    assert expected == mask(text)[0]


@pytest.mark.parametrize("text", KEPT)
def test_other_rubbish_stays(text: str) -> None:
    """Hashes of commits and ids are what developers ask about."""
    assert (text, {}) == mask(text)
