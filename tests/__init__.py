"""Tests: they mirror handler/ path by path."""
