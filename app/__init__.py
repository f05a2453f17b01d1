"""Tandem: a desktop mail client that keeps a mailbox and this computer in step."""

__version__ = "0.1.0"
