"""What an operator does by hand: look at dead letters, redrive them, enrich again, erase, clear orphans away.

Reading order: ``access.py`` (AWS, and its refusals by the setting's name), ``dead_letters.py``, ``survey.py``,
``outbox.py`` and ``redrive.py``, ``notification.py`` and ``backfill.py``, ``raw_tickets.py`` and ``erasure.py``,
``orphans.py``; ``doctor/`` judges a deployment. Nothing here prints, and nothing imports boto3 before it is used.
"""
