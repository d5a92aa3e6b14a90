"""How good the labels are, on tickets whose labels are known.

``labelled.py`` reads them, ``run.py`` has them labelled, ``keywords.py`` and ``zero_shot.py`` do so in simpler ways,
``evaluate.py`` is the whole of it. ``scores.py`` counts, ``score.py`` puts one signal's numbers together,
``saved.py`` keeps them, ``page/`` shows them. ``overlap.py`` and ``clusters.py`` look at a taxonomy instead: at its
examples, and at what none of its intents fits.
"""
