"""How good the labels are, on tickets whose labels are known: ``labelled.py`` reads them, ``scores.py`` counts."""
