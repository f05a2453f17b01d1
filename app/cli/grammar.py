"""What may be typed: every command with its options. Errors are sentences, never a usage dump."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import Any, NoReturn

from app.core.trouble import WrongUse

NOT_YET = {
    "contacts": "Keeping contacts",
    "deals": "Keeping deals",
    "activities": "Logging activities",
    "import": "Importing mail",
    "export": "Exporting mail",
}
"""Commands of the contract that are not built yet; `--help` does not list them."""


class _Format(argparse.HelpFormatter):
    """A fixed width: asking the terminal for its own means importing much, once per option."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, max_help_position=28, width=110)


class _Parser(argparse.ArgumentParser):
    def __init__(self, **how: Any) -> None:
        super().__init__(**{**how, "allow_abbrev": False, "formatter_class": _Format})

    def error(self, message: str) -> NoReturn:
        sentence = f"{message[0].upper()}{message[1:]}".rstrip(".")
        raise WrongUse(f"{sentence}. “{self.prog} --help” says what can be typed.")


def parse(argv: Sequence[str]) -> argparse.Namespace:
    """`act` in the result names the command. Raises WrongUse; `--help` leaves by SystemExit(0)."""
    for words in (argv[:1], argv[:2]):
        missing = NOT_YET.get(" ".join(words))
        if missing:
            raise WrongUse(f"{missing} is not part of this version of Tandem yet. Nothing was changed.")
    return _grammar().parse_args(argv)


def _grammar() -> _Parser:
    top = _Parser(
        prog="tandem",
        usage="tandem [--profile DIR] [--hidden] [mailto:…]  |  tandem --demo  |  tandem [--profile DIR] COMMAND …",
        description="Without a command: the window. --demo: the window on an example mailbox, nothing of yours is touched.",
        epilog="--profile DIR names the folder with the library, settings and logs.",
    )
    top.add_argument("--version", action="version", version=f"tandem {_version()}")
    commands = top.add_subparsers(prog="tandem", metavar="COMMAND", dest="command", required=True)
    listing = _Parser(add_help=False)
    listing.add_argument("--json", action="store_true", help="one JSON object a line")
    _accounts(commands, listing)
    _syncing(commands, listing)
    _reading(commands, listing)
    _acting(commands, listing)
    _sending(commands, listing)
    doctor = commands.add_parser("doctor", parents=[listing], help="check the library and repair what can be repaired")
    doctor.set_defaults(act="doctor")
    doctor.add_argument(
        "--rebuild", action="store_true", help="read all stored mail anew, and have the next sync fetch what is missing"
    )
    return top


def _accounts(commands: Any, listing: _Parser) -> None:
    account = commands.add_parser("account", help="add, list, change or remove accounts")
    acts = account.add_subparsers(
        prog="tandem account", metavar="add|list|set|disable|enable|remove", dest="account_command", required=True
    )
    add = acts.add_parser("add", parents=[listing], help="sign in to both servers, then keep the account")
    add.set_defaults(act="account add")
    add.add_argument("--email", required=True)
    add.add_argument("--name", default="", help="your name as others see it")
    add.add_argument("--imap", required=True, metavar="HOST[:PORT]")
    add.add_argument("--imap-security", choices=["tls", "starttls", "none"])
    add.add_argument("--smtp", metavar="HOST[:PORT]", help="without it the account cannot send")
    add.add_argument("--smtp-security", choices=["tls", "starttls", "none"])
    add.add_argument("--user", help="name to sign in with (default: the address)")
    add.add_argument("--smtp-user", help="name to sign in with for sending (default: as above)")
    add.add_argument("--password-stdin", action="store_true", help="read the password from the standard input")
    add.add_argument("--ca-file", default="", metavar="PEM", help="trust these authorities instead of the system’s")
    add.add_argument("--days", type=_days, default=60, metavar="N|all", help="how far back the first fetch goes")
    add.add_argument("--folders", default="all", metavar="all|NAME,NAME…", help="folders to keep in step")
    acts.add_parser("list", parents=[listing], help="all accounts").set_defaults(act="account list")
    change = acts.add_parser("set", parents=[listing], help="change an account")
    change.set_defaults(act="account set")
    change.add_argument("email", metavar="ADDRESS")
    for switch in ("--delete-in", "--delete-out", "--archive-in", "--archive-out"):
        change.add_argument(switch, choices=["on", "off"])
    change.add_argument("--folders", metavar="all|NAME,NAME…")
    change.add_argument("--days", type=_days, metavar="N|all")
    change.add_argument(
        "--role", action="append", default=[], metavar="ROLE=NAME", help="use this folder as archive, sent, …"
    )
    change.add_argument("--password-stdin", action="store_true", help="sign in again with a new password")
    for name, says in (
        ("disable", "no connections: mail stays readable, changes and letters wait"),
        ("enable", "go on: what the mailbox did meanwhile comes first, then what waits goes out"),
    ):
        rest = acts.add_parser(name, parents=[listing], help=says)
        rest.set_defaults(act=f"account {name}")
        rest.add_argument("email", metavar="ADDRESS")
    remove = acts.add_parser("remove", parents=[listing], help="forget an account; the mailbox is not touched")
    remove.set_defaults(act="account remove")
    remove.add_argument("email", metavar="ADDRESS")
    remove.add_argument("--keep-mail", action="store_true", help="its mail stays readable here, as an archive")
    remove.add_argument("--wipe-activities", action="store_true", help="forget what was logged of its mail, too")


def _syncing(commands: Any, listing: _Parser) -> None:
    for name, says in (
        ("sync", "fetch and push until nothing is left"),
        ("watch", "sync, then stay live; one JSON line an event, until interrupted"),
    ):
        command = commands.add_parser(name, parents=[listing], help=says)
        command.set_defaults(act=name)
        command.add_argument("--account", metavar="ADDRESS")


def _reading(commands: Any, listing: _Parser) -> None:
    folders = commands.add_parser(
        "folders", parents=[listing], help="all folders with counts; make, rename, delete one"
    )
    folders.set_defaults(act="folders")
    folders.add_argument("wish", nargs="?", choices=["create", "rename", "delete"])
    folders.add_argument("names", nargs="*", metavar="NAME", help="the full name; for rename also the new one")
    folders.add_argument("--account", metavar="ADDRESS")
    folders.add_argument(
        "--role", choices=["archive", "drafts", "junk", "sent", "trash"], help="what a new one is used as"
    )
    older = commands.add_parser("load-older", parents=[listing], help="read one folder further back")
    older.set_defaults(act="load-older")
    older.add_argument("name", metavar="NAME|ROLE")
    older.add_argument("--account", metavar="ADDRESS")
    how_far = older.add_mutually_exclusive_group(required=True)
    how_far.add_argument("--days", type=_days, metavar="N|all", help="so many days back from now")
    how_far.add_argument("--gap", action="store_true", help="what came while the account was turned off")
    messages = commands.add_parser("messages", parents=[listing], help="messages, the newest first")
    messages.set_defaults(act="messages")
    messages.add_argument("--account", metavar="ADDRESS")
    messages.add_argument("--folder", metavar="NAME|ROLE")
    messages.add_argument("--limit", type=_count, metavar="N")
    show = commands.add_parser("show", parents=[listing], help="one message")
    show.set_defaults(act="show")
    show.add_argument("id", type=_ident, metavar="ID")
    how = show.add_mutually_exclusive_group()
    how.add_argument("--raw", action="store_true", help="its exact bytes")
    how.add_argument("--text", action="store_true", help="its text alone")
    how.add_argument("--html", action="store_true", help="its HTML as it came; do not open it in a browser")
    attachment = commands.add_parser("attachment", parents=[listing], help="save an attachment; prints the path")
    attachment.set_defaults(act="attachment")
    attachment.add_argument("id", type=_ident, metavar="ID")
    attachment.add_argument("number", type=_ident, metavar="N")
    attachment.add_argument("--out", required=True, metavar="DIR")
    search = commands.add_parser(
        "search", parents=[listing], help="find messages: words, from: to: subject: has: is: in: …"
    )
    search.set_defaults(act="search")
    search.add_argument("query", metavar="QUERY", nargs="+")
    search.add_argument("--limit", type=_count, metavar="N")


def _acting(commands: Any, listing: _Parser) -> None:
    for name, says in (
        ("read", "mark as read"),
        ("unread", "mark as unread"),
        ("flag", "flag"),
        ("unflag", "take the flag away"),
        ("archive", "move to the archive"),
        ("delete", "move to Trash"),
        ("spam", "move to Junk"),
        ("not-spam", "move back to the Inbox"),
        ("move", "move to another folder"),
        ("copy", "copy to another folder"),
    ):
        command = commands.add_parser(name, parents=[listing], help=says)
        command.set_defaults(act="organise", verb=name)
        command.add_argument("ids", type=_ident, nargs="+", metavar="ID")
        if name in ("move", "copy"):
            command.add_argument("--to", required=True, metavar="NAME")
            command.add_argument("--to-account", metavar="ADDRESS", help="the folder is in this account")
    empty = commands.add_parser("empty", parents=[listing], help="delete for good what Trash or Junk shows")
    empty.set_defaults(act="empty")
    empty.add_argument("role", choices=["trash", "junk"])
    empty.add_argument("--account", metavar="ADDRESS")
    queue = commands.add_parser("queue", parents=[listing], help="what waits to be told to the mailbox")
    queue.set_defaults(act="queue")
    queue.add_argument("wish", nargs="?", choices=["retry", "discard"])
    queue.add_argument("entry", nargs="?", metavar="ID")

    history = commands.add_parser("history", parents=[listing], help="what sync changed, on which side and why")
    history.set_defaults(act="history")
    history.add_argument(
        "words", nargs="*", metavar="WORD", help="only lines that hold these words; “undo ID…” takes lines back"
    )
    history.add_argument("--account", metavar="ADDRESS")
    history.add_argument("--limit", type=_count, metavar="N")


def _sending(commands: Any, listing: _Parser) -> None:
    send = commands.add_parser("send", parents=[listing], help="put a letter into the outbox; prints its id")
    send.set_defaults(act="send")
    send.add_argument("--eml", metavar="FILE", help="a whole letter made elsewhere")
    send.add_argument("--from", dest="sender", metavar="ADDRESS")
    for option in ("--to", "--cc", "--bcc"):
        send.add_argument(option, nargs="+", action="extend", default=[], metavar="ADDRESS")
    send.add_argument("--subject", metavar="TEXT")
    send.add_argument("--body-file", metavar="FILE", help="the text, in UTF-8; - = standard input")
    send.add_argument("--html-file", metavar="FILE")
    send.add_argument("--attach", nargs="+", action="extend", default=[], metavar="FILE")
    send.add_argument("--reply-to-message", type=_ident, metavar="ID")
    send.add_argument("--template", help=argparse.SUPPRESS)
    outbox = commands.add_parser("outbox", parents=[listing], help="letters on their way")
    outbox.set_defaults(act="outbox")
    outbox.add_argument("wish", nargs="?", choices=["retry", "discard", "sent"], help="decide about one letter")
    outbox.add_argument("letter", nargs="?", type=_ident, metavar="ID")


def _ident(text: str) -> int:
    # SQLite's integers end at 2⁶³.
    if not (text.isascii() and text.isdecimal() and 0 < int(text[:20]) < 2**63):
        raise argparse.ArgumentTypeError(f"“{text}” is not a number of something here")
    return int(text)


def _count(text: str) -> int:
    if not (text.isascii() and text.isdecimal()):
        raise argparse.ArgumentTypeError(f"“{text}” is not a count")
    return min(int(text[:20]), 2**62)


def _days(text: str) -> int:
    """0 = all."""
    if text.lower() == "all":
        return 0
    if not (text.isascii() and text.isdecimal() and 0 < len(text) <= 5 and int(text) > 0):
        raise argparse.ArgumentTypeError(f"“{text}” is neither a number of days nor “all”")
    return int(text)


def _version() -> str:
    from app import __version__

    return __version__
