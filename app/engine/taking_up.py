"""Goes on with a draft that is in the mailbox: written on another device, or here before."""

from __future__ import annotations

from app.core.ids import DraftId, MessageId
from app.core.trouble import TryLater
from app.core.values import Address
from app.mail.draft import forwarded_in, letter_of
from app.mail.parse import part_content, read_message
from app.store import drafts
from app.store.accounts import identities_of
from app.store.bodies import account_of_message, message_with_id, raw_of
from app.store.library import Library


def take_up(library: Library, message: MessageId, origin: str) -> DraftId:
    """The draft whose copy this message is, or a new one made of it, its attachments in files of the profile.

    Raises NotFound when it is not in the mailbox any more, TryLater while it is not completely here.
    """
    look = library.look()
    known = drafts.draft_of(look, message)
    if known is not None:
        return known
    _, raw = raw_of(look, message)
    if raw is None:
        raise TryLater("This draft is not completely here yet. Tandem fetches it; open it again in a moment.")
    account = account_of_message(look, message)
    parsed = read_message(raw)
    own = identities_of(look, account)
    written = parsed.envelope.sender.email.lower()
    sender = next((each for each in own if each.email.lower() == written), own[0])
    answered = message_with_id(look, account, parsed.envelope.in_reply_to)
    forwarded = message_with_id(look, account, forwarded_in(raw))
    letter = letter_of(
        parsed, Address(name=sender.name, email=sender.email), answers=answered or 0, forwards=forwarded or 0
    )
    files = [(part.name, part.content_type, part_content(raw, part.number)[1]) for part in parsed.parts]
    with library.transaction(origin) as unit:
        draft = drafts.take_up(unit, message, letter)
        if files:
            drafts.change_letter(unit, draft, drafts.keep_files(library.profile, draft, letter, files))
    return draft
