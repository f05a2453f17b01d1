"""The message list: 200,000 rows over arrays of ids, read in pages only where they are seen."""
