"""The vocabulary: pure, and importing nothing else of ours."""
