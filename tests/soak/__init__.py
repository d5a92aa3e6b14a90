"""Real processes against the emulator, under fire: ``make soak``.

``workload.py`` is what is put, ``proxy.py`` delays and refuses, ``fleet.py`` is who consumes and is killed,
``verdict.py`` judges from the stores; ``__main__.py`` runs it.
"""
