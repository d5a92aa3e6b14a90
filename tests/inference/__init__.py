"""Rules of handler/inference."""
