"""The words of the program: ids, values, commands, events, kinds of trouble. Imports nothing of the project."""
