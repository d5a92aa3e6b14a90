"""The function's image, built and run for real: ``make sam-local``, and its figures: ``make image-figures``.

Not part of the test run: it takes Docker. Reading order: ``engine.py`` Docker, ``base.py`` what the image begins with,
``project.py`` what sam builds, ``sam.py`` and ``container.py`` how it is invoked, ``checks.py`` what has to be true,
``figures.py`` what it costs, ``__main__.py`` all of it in order.
"""
