"""Rules of handler/storage."""
