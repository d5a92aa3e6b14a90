"""The template: its rules, and that it deploys."""
