"""Of messages too large to be fetched unasked: what their parts are, and their text. The rest comes when somebody asks."""

from __future__ import annotations

import logging
from collections.abc import Callable

from app.core.ids import AccountId, FolderId, MessageId
from app.core.trouble import Trouble
from app.engine.suspects import Suspects
from app.mail.body import choose
from app.mail.charset import decode_body
from app.mail.flowed import unflow
from app.mail.htmltext import html_to_text
from app.mail.mime import Node, content
from app.mail.snippet import snippet
from app.remote.backend import Session
from app.store.bodies import StoredBody, StoredPart, store_excerpt, without_excerpt
from app.store.folders import cursor_of
from app.store.library import Library

log = logging.getLogger(__name__)

AT_ONCE = 200
MOST_TEXT = 256 * 1024
"""Octets of one text part that are fetched."""
MOST_TEXTS = 5


class Excerpts:
    """`most`: octets of a message that is fetched whole; what is larger comes here."""

    def __init__(self, account: AccountId, session: Session, library: Library, suspects: Suspects, most: int) -> None:
        self._account, self._session, self._library = account, session, library
        self._suspects, self._most = suspects, most
        self._refused: set[MessageId] = set()

    def fetch(self, enough: Callable[[], bool]) -> bool:
        """Newest first, until none is missing (True) or `enough()` between two messages."""
        while True:
            limit = AT_ONCE + len(self._refused)
            rows = without_excerpt(self._library.look(), self._account, limit, self._most)
            rows = [row for row in rows if row[0] not in self._refused]
            if not rows:
                return True
            for message, folder, uid, _size in rows:
                self._refused.add(message)  # asked for once in a round, whatever comes of it
                if not self._suspects.leaves_out(FolderId(folder)):
                    self._one(message, FolderId(folder), uid)
                if enough():
                    return False

    def _one(self, message: MessageId, folder: FolderId, uid: int) -> None:
        cursor = cursor_of(self._library.look(), folder)
        try:
            if self._session.selected != cursor.name:
                self._session.select(cursor.name)
            if self._session.uidvalidity != cursor.uidvalidity:
                return  # the next whole cycle sorts it out
            described = self._session.fetch_structure(uid)
            stored = self._read(message, uid, *described) if described is not None else None
        except Trouble as trouble:
            if self._session.broken or trouble.is_at_home:
                raise
            log.warning("The parts of a large message could not be looked at now.")
            return
        if stored is not None:
            with self._library.transaction() as unit:
                store_excerpt(unit, stored)

    def _read(self, message: MessageId, uid: int, root: Node, sections: dict[int, str]) -> StoredBody:
        body = choose(root)
        texts: list[str] = []
        for node in body.text[:MOST_TEXTS]:
            piece = self._session.fetch_piece(uid, sections[id(node)], 0, MOST_TEXT)
            piece = (piece or b"")[:MOST_TEXT]
            node.end = len(piece)
            text, _ = decode_body(content(piece, node)[0], node.charset)
            if node.content_type == "text/html":
                text = html_to_text(text)
            texts.append(unflow(text, delsp=node.delsp) if node.flowed else text)
        text = "\n\n".join(text for text in texts if text.strip())
        parts = [
            StoredPart(number=number, name=node.name, content_type=node.content_type, size=_size(node), inline=False)
            for number, node in enumerate(body.others, 1)
        ]
        return StoredBody(
            message=message, digest="", size=0, text=text, snippet=snippet(text), parts=parts, problems=""
        )


def _size(node: Node) -> int:
    """Octets once decoded, near enough: base64 comes in lines of 76 and a line end."""
    return node.end * 76 // 78 * 3 // 4 if node.encoding == "base64" else node.end
