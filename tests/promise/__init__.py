"""A simulated AWS, and a search over it for a run that breaks the promise.

Reading order: ``choices.py`` (where all chance comes from), ``world.py`` (virtual time, processes, faults),
``queue.py``, ``bucket.py`` and ``ports.py`` (what AWS does), ``consumers.py`` (the event source mapping and worker),
``scenario.py`` (who sends what), ``truth.py`` (whether the promise was kept), ``search.py`` (seed after seed).
``make faults`` runs it; ``mutants.py`` are breakages of the core that it has to find.
"""
