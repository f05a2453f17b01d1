"""The words of Gmail's labels, as they stand in `folder.label`: what a folder of a mailbox with labels is."""

from __future__ import annotations

ALL_MAIL = "\\All"
"""The folder that holds every message under its real UID. No message is told to carry it."""
INBOX, SENT, DRAFT = "\\Inbox", "\\Sent", "\\Draft"
GIVEN = frozenset({SENT, DRAFT})
"""Gmail itself decides which messages carry them."""
