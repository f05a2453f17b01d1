"""Every action of the window as data: its name, its words, its keys, its place in the menu."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from PySide6.QtCore import QCoreApplication


def tr(text: str) -> str:
    return QCoreApplication.translate("Acts", text)


@dataclass(frozen=True, slots=True)
class Act:
    """`needs`: "" always possible, "one" or "some" messages selected. `group`: exclusive choice it belongs to."""

    name: str
    words: str
    keys: tuple[str, ...] = ()
    needs: str = ""
    group: str = ""


@dataclass(frozen=True, slots=True)
class Menu:
    title: str
    acts: list[Act | Menu | None] = field(default_factory=list)
    """None is a line between groups; a menu opens beside its title."""


def every_act(menus: Iterable[Menu]) -> Iterator[Act]:
    """All actions, those of submenus too."""
    for menu in menus:
        for act in menu.acts:
            if isinstance(act, Menu):
                yield from every_act([act])
            elif act is not None:
                yield act


def all_menus() -> list[Menu]:
    """The whole menu; every action of the window is in it, with its keys."""
    return [
        Menu(
            tr("Tandem"),
            [
                Act("add-account", tr("Add account…")),
                Act("identity", tr("Names and signatures…")),
                Act("choose-folders", tr("Choose folders…")),
                Act("rules", tr("Two-way rules…")),
                Act("period", tr("Period…")),
                Act("turn-off-or-on", tr("Turn the account off or on…")),
                Act("remove-account", tr("Disconnect the account…")),
                None,
                Act("sync", tr("Look for new mail now"), ("F5",)),
                None,
                Act("settings", tr("Settings…"), ("Ctrl+,",)),
                Act("about", tr("About Tandem")),
                Act("quit", tr("Quit"), ("Ctrl+Q",)),
            ],
        ),
        Menu(
            tr("Message"),
            [
                Act("write", tr("Write"), ("N", "Ctrl+N")),
                Act("reply", tr("Reply"), ("R",), "one"),
                Act("reply-all", tr("Reply all"), ("A",), "one"),
                Act("forward", tr("Forward"), ("F",), "one"),
                None,
                Act("archive", tr("Archive"), ("E",), "some"),
                Act("delete", tr("Delete"), ("Del", "#"), "some"),
                Act("delete-for-good", tr("Delete for good…"), ("Shift+Del",), "some"),
                Act("move", tr("Move to…"), ("M", "V"), "some"),
                Act("copy", tr("Copy to…"), ("Y",), "some"),
                Act("flag", tr("Flag or remove the flag"), ("S",), "some"),
                Act("unread", tr("Mark as read or unread"), ("U",), "some"),
                Act("spam", tr("Spam or not spam"), ("!",), "some"),
                None,
                Act("find", tr("Find in message…"), ("Ctrl+F",), "one"),
                Act("plain-text", tr("Plain text or HTML"), ("Ctrl+Shift+U",), "one"),
                Act("own-colours", tr("The message’s own colours (dark mode)"), ("Ctrl+Shift+D",), "one"),
                Act("source", tr("View source"), ("Ctrl+U",), "one"),
                Act("save-eml", tr("Save as file…"), ("Ctrl+S",), "one"),
                Act("save-pdf", tr("Save as PDF…"), (), "one"),
                Act("print", tr("Print…"), ("Ctrl+P",), "one"),
            ],
        ),
        Menu(
            tr("Folder"),
            [
                Act("new-folder", tr("New folder…"), ("Ctrl+Shift+N",)),
                Act("new-subfolder", tr("New folder inside this one…")),
                Act("rename-folder", tr("Rename folder…"), ("F2",)),
                Act("move-folder", tr("Move folder…")),
                Act("delete-folder", tr("Delete folder…")),
                None,
                Act("empty-trash", tr("Empty Trash…")),
                Act("empty-junk", tr("Empty Junk…")),
            ],
        ),
        Menu(
            tr("Edit"),
            [
                Act("undo", tr("Undo"), ("Ctrl+Z",)),
                Act("search", tr("Search"), ("Ctrl+K", "/")),
                Act("mark-all-read", tr("Mark all as read"), ("Shift+A",)),
            ],
        ),
        Menu(
            tr("Go"),
            [
                Act("next", tr("Next message"), ("J",)),
                Act("previous", tr("Previous message"), ("K",)),
                Act("quotes", tr("Show or hide quoted text"), ("Q",), "one"),
                Act("back", tr("Back"), ("Esc", "Backspace")),
                Act("folders", tr("Folders"), ("Ctrl+1",)),
                Act("list", tr("Message list"), ("Ctrl+2",)),
                Act("reader", tr("Message text"), ("Ctrl+3",)),
                None,
                Act("sync-page", tr("Sync: history and what waits"), ("F9",)),
            ],
        ),
        Menu(
            tr("View"),
            [
                Act("theme-system", tr("Colours as the system"), group="theme"),
                Act("theme-light", tr("Light"), group="theme"),
                Act("theme-dark", tr("Dark"), group="theme"),
                None,
                Act("layout-vertical", tr("Reader beside the list"), group="layout"),
                Act("layout-classic", tr("Reader below the list"), group="layout"),
                None,
                Act("density-roomy", tr("Roomy list"), group="density"),
                Act("density-cosy", tr("Cosy list"), group="density"),
                Act("density-compact", tr("Compact list"), group="density"),
                None,
                Act("text-larger", tr("Larger text"), ("Ctrl++", "Ctrl+=")),
                Act("text-smaller", tr("Smaller text"), ("Ctrl+-",)),
                Act("text-normal", tr("Normal text size"), ("Ctrl+0",)),
                None,
                Menu(
                    tr("Mark as read"),
                    [
                        Act("read-0", tr("At once"), group="read"),
                        Act("read-1", tr("After 1 second"), group="read"),
                        Act("read-3", tr("After 3 seconds"), group="read"),
                        Act("read-10", tr("After 10 seconds"), group="read"),
                        Act("read-never", tr("Never by itself"), group="read"),
                    ],
                ),
                Menu(
                    tr("Fetch without being asked"),
                    [
                        Act("fetch-0", tr("Whole messages"), group="fetch"),
                        Act("fetch-25", tr("Files of messages up to 25 MB"), group="fetch"),
                        Act("fetch-5", tr("Files of messages up to 5 MB"), group="fetch"),
                        Act("fetch-1", tr("Files of messages up to 1 MB"), group="fetch"),
                    ],
                ),
            ],
        ),
    ]
