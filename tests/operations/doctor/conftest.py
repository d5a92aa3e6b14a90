"""The operator's credentials, here too."""

from tests.cli.conftest import credentials

__all__ = ["credentials"]
