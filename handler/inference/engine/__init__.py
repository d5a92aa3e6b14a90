"""The models on CTranslate2: the default backend."""
