"""Carries out commands; where store meets remote."""
