"""The command palette: type some letters of what you want, press Enter."""
