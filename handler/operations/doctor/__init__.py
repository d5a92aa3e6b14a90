"""A deployment held against AWS's rules.

Reading order: ``description.py`` (what is judged), ``rules.py`` (the table of rules) with ``queue.py``, ``function.py``
and ``store.py`` (one function a rule), ``document.py`` and ``template.py`` (a description of a template's file),
``live.py`` (a description of what runs). A new rule is a function and a row.
"""
