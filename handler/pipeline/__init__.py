"""What is computed: one stage a file, pure given the ports."""
