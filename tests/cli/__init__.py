"""Rules of the command."""
