"""Ids are not numbers: mixing up two kinds is a type error."""

from __future__ import annotations

from typing import NewType

AccountId = NewType("AccountId", int)
FolderId = NewType("FolderId", int)
MessageId = NewType("MessageId", int)
"""The library's own number of a message; never the Message-ID header."""
OutboxId = NewType("OutboxId", int)
DraftId = NewType("DraftId", int)
Uid = NewType("Uid", int)
"""RFC 9051 unique identifier: means something only together with a folder and its UIDVALIDITY."""
