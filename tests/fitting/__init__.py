"""Rules of the fitting."""
