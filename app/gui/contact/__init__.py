"""The panel beside the reader: who wrote the open message."""
