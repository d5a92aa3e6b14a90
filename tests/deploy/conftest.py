"""The operator's terminal, here too."""

from tests.cli.conftest import command, credentials

__all__ = ["command", "credentials"]
