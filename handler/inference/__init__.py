"""The only place that touches model libraries, and only inside functions."""
