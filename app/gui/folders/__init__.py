"""The folder sidebar: accounts, their folders, what waits in the outbox, and how things stand."""
