"""The models on torch, in float32: what the default backend is compared with. Needs the extra ``[torch]``."""
