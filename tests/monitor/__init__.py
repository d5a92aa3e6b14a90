"""The alerts and the dashboard, on a real Prometheus: ``make monitor``.

``prometheus.py`` is Debian's program, ``short.py`` shortens the rules, ``fleet.py`` is one worker for each fault,
``test_rehearsal.py`` causes the faults, waits for the alerts, and asks every query.
"""
