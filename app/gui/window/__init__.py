"""The main window: puts folders, list and reader together and turns keys and clicks into commands."""
