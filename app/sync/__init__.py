"""Decides what has to happen on which side; no I/O, no clock, no threads."""
