"""The local AWS: which one is meant, starting and stopping it, and reading back what became of a demo."""
