"""Measurements: ratios taken in one run, never seconds asserted in a test. See README.md."""
