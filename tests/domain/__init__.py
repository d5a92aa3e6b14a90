"""Rules of handler/domain."""
