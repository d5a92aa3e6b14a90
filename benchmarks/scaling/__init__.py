"""How the queue fares under load, on Lambda and on Kubernetes: a simulation, ``python -m benchmarks.scaling``.

Reading order:

1. ``workload.py``   what was measured: seconds of a batch, of a cold start
2. ``arrivals.py``   when tickets come: steady, burst, daily
3. ``backlog.py``    the queue, ``run.py`` what is known of a run afterwards
4. ``pollers.py``    how fast Lambda's pollers grow, ``function.py`` the function behind them
5. ``autoscaler.py`` KEDA and its HPA, ``pods.py`` the pods that they start and stop
6. ``deployed.py``   the numbers of template.yaml and of the ScaledObject
7. ``money.py``      dollars, ``breakeven.py`` where one platform becomes the cheaper one
8. ``scenarios.py``  what docs/scaling.md shows, ``report.py`` as tables, ``svg.py`` and ``plots.py`` as pictures

Each run is determined by its seed. What AWS or KEDA document is cited where it is used; what nobody documents is called
an assumption there, and listed in docs/scaling.md.
"""
