"""Keys: which key calls which action, where it is read from, how it is shown."""
