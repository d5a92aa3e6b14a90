"""A local AWS for the demo, the tests and trying things out: started, filled, read back and stopped.

Reading order: ``commands.py`` (the verbs), ``endpoint.py`` (which AWS is meant, and which is refused), ``emulator.py``
(ours, when the user has none), ``resources.py``, ``seed.py``, ``audit.py`` (what became of everything), ``demo.py``.
"""
