"""Bytes to message and back, safe HTML, quoting; no I/O."""
