"""Choosing which folders are kept in step.

`page.FolderPicker` is the page for an account that exists; `panel.FolderPanel` is the part that the wizard uses too;
`choice.Choice` is what they show, free of Qt.
"""
