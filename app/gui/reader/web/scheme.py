"""The scheme under which messages are served to the engine, and to nobody else."""

SCHEME = b"tandem-mail"
