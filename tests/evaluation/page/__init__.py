"""Rules of the page."""
