"""Tests of handler/worker."""
