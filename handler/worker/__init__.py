"""The long-polling consumer for Kubernetes: ``loop.py`` first; ``run.py`` starts it, ``readiness.py`` if it cannot."""
