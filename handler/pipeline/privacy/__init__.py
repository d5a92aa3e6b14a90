"""Where personal data stands in a text: a finder a kind, each linear in the length of the text.

``reading.py`` says how a text is read and what a finder is; then one file for each kind or two; ``../redact.py`` runs
them.

Every expression starts at a boundary and repeats either possessively (``++``: never gives back) or up to a small bound,
so there is nothing to backtrack into. What a shape cannot tell, a checksum or the words beside it have to. Order,
invoice and ticket numbers are not personal data, and staying able to read them matters.
"""
