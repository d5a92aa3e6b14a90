"""The report as one page of HTML that needs nothing else: no script, no font, no address.

``markup.py`` escapes whatever is no markup already, ``charts.py`` draws, ``tables.py`` tabulates,
``report.py`` is the page.
"""
