"""The alerts and the dashboard, on a real Prometheus: ``make monitor``.

``promtool.py`` and ``prometheus.py`` are Debian's programs, ``short.py`` shortens the rules, ``fleet.py`` is one worker for
each fault, ``rehearsal.py`` causes the faults and waits for the alerts; ``__main__.py`` prints the times.
"""
