"""Passwords that are given away leave the text; talk about passwords stays."""

import pytest

from handler.pipeline.redact import mask

MASKED = [
    ("mein Passwort ist Katze1234, trotzdem", "mein Passwort ist [SECRET] trotzdem"),
    ("mon mot de passe est Soleil2024", "mon mot de passe est [SECRET]"),
    ("mi contraseña es perro_azul9", "mi contraseña es [SECRET]"),
    ("пароль: qwerty123", "пароль: [SECRET]"),
    ("密码是abc12345", "密码是[SECRET]"),
    ('my password is "correct horse"', 'my password is "[SECRET]"'),
    ("password for the portal is Wint3r!sale", "password for the portal is [SECRET]"),
    ("password was changed to Herbst-26", "password was changed to [SECRET]"),
    ("user kjell password vinter2023", "user kjell password [SECRET]"),
    ("credentials are admin/Summer2024!", "credentials are admin/[SECRET]"),
    ("passcode 992817, cvv 123, door code is 5512#", "passcode [SECRET], cvv [SECRET], door code is [SECRET]"),
    ("PIN: 0815", "PIN: [SECRET]"),
    ("İ password: hunter2", "İ password: [SECRET]"),
]
KEPT = [
    "mein Passwort ist falsch, mi contraseña es incorrecta",
    "password: required",
    "password OAuth2 and the password field 2FA",
    "pin 14 of the board, error code 482913, compass: north",
    "which password length? 12 characters",
    "I reset the password to get in",
]


@pytest.mark.parametrize(("text", "expected"), MASKED)
def test_what_is_given_away_is_masked(text: str, expected: str) -> None:
    """In several languages, after a colon, a verb or nothing."""
    assert expected == mask(text)[0]


@pytest.mark.parametrize("text", KEPT)
def test_talk_about_passwords_stays(text: str) -> None:
    """It is what such tickets are about."""
    assert (text, {}) == mask(text)
