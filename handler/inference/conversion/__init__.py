"""Published weights become models that CTranslate2 runs, without torch."""
