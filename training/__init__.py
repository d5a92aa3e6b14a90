"""How the heads were made and measured: ``guideline.md`` and ``tickets/`` (our own set), ``public.py`` (public sets), ``fit.py``."""
