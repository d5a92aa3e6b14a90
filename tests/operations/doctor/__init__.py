"""A deployment held against AWS's rules."""
