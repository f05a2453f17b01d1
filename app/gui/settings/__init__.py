"""The settings window: for each account what it is called, who writes, what stays in step, its folders, its servers."""
