"""Runs one command: finds it, lets it work, and turns trouble into a sentence and an exit code."""

from __future__ import annotations

import os
import re
from argparse import Namespace
from collections.abc import Callable, Sequence
from pathlib import Path

from app.cli.codes import BUG, DONE, USAGE, code_of
from app.cli.grammar import parse
from app.cli.run import Run, Terminal
from app.core.trouble import Trouble, WrongUse

_HALF = re.compile(r"[\ud800-\udfff]")

Command = Callable[[Namespace, Run], int]


def run(argv: Sequence[str], profile: Path, terminal: Terminal) -> int:
    """The exit code of `tandem ARGV` on a profile. Loads only what the command needs."""
    try:
        options = parse(list(argv))
        _check_text(options)
    except WrongUse as trouble:
        _complain(terminal, str(trouble))
        return USAGE
    except SystemExit:  # --help and --version have answered already
        return DONE
    work = Run(profile, terminal, as_json=options.json)
    try:
        code = _command(options.act)(options, work)
        terminal.stdout.flush()
    except Trouble as trouble:
        terminal.stdout.flush()
        _complain(terminal, str(trouble))
        return code_of(trouble)
    except BrokenPipeError:
        # The reader of our output (`head`) has seen enough; what the interpreter still wants to flush goes nowhere.
        os.dup2(os.open(os.devnull, os.O_WRONLY), terminal.stdout.fileno())
        return DONE
    except Exception:  # noqa: BLE001 - the one place where a bug of a command becomes an exit code
        return _bug(profile, terminal, options.act)
    finally:
        work.close()
    return code


def _command(act: str) -> Command:
    """Imports are here, so that a listing does not load what sends mail."""
    match act:
        case "folders" | "messages" | "show" | "attachment" | "search":
            from app.cli import reading

            return {
                "folders": reading.folders,
                "messages": reading.messages,
                "show": reading.show,
                "attachment": reading.attachment,
                "search": reading.search,
            }[act]
        case "account list" | "queue" | "outbox" | "history":
            from app.cli import lists

            return {
                "account list": lists.accounts,
                "queue": lists.queue,
                "outbox": lists.outbox,
                "history": lists.history,
            }[act]
        case "account add" | "account set" | "account disable" | "account enable" | "account remove":
            from app.cli import accounts

            return {
                "account add": accounts.add,
                "account set": accounts.change,
                "account disable": accounts.disable,
                "account enable": accounts.enable,
                "account remove": accounts.remove,
            }[act]
        case "load-older":
            from app.cli.older import load_older

            return load_older
        case "empty":
            from app.cli.foldering import empty

            return empty
        case "organise":
            from app.cli.organising import organise

            return organise
        case "send":
            from app.cli.sending import send

            return send
        case "sync":
            from app.cli.syncing import sync

            return sync
        case "watch":
            from app.cli.watching import watch

            return watch
        case "doctor":
            from app.cli.doctoring import doctor

            return doctor
    raise LookupError(act)


_PATHS = frozenset({"body_file", "html_file", "attach", "eml", "out", "ca_file"})


def _check_text(options: Namespace) -> None:
    """What was typed in another encoding than UTF-8 arrives with halves of pairs in it; only a file may be called so."""
    for name, value in vars(options).items():
        typed = value if isinstance(value, list) else [value]
        if name not in _PATHS and any(isinstance(word, str) and _HALF.search(word) for word in typed):
            raise WrongUse("What was typed is not UTF-8 text. Nothing was changed.")


def _complain(terminal: Terminal, sentence: str) -> None:
    terminal.stderr.write(sentence.encode("utf-8", "replace") + b"\n")
    terminal.stderr.flush()


def _bug(profile: Path, terminal: Terminal, act: str) -> int:
    import logging

    from app.desktop.logbook import keep_log

    file = keep_log(profile)
    logging.getLogger(__name__).exception("The command “%s” ended by a mistake of the program.", act)
    where = f"The log says more: {file}" if file else "No log could be written."
    _complain(terminal, f"Tandem made a mistake and stopped. Your mail is safe. {where}")
    return BUG
