"""Every action of the window as data: its name, its words, what it needs, its place in the menu.

Which keys call it stands in `resources/keys`, one file a preset."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from PySide6.QtCore import QCoreApplication


def tr(text: str) -> str:
    return QCoreApplication.translate("Acts", text)


@dataclass(frozen=True, slots=True)
class Act:
    """`needs`: "" always possible, "one", "some" or "several" messages selected. `group`: exclusive choice it belongs to.
    `toggles`: it is on or off by itself."""

    name: str
    words: str
    needs: str = ""
    group: str = ""
    toggles: bool = False


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
    """The whole menu; every action of the window is in it."""
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
                Act("sync", tr("Look for new mail now")),
                None,
                Act("settings", tr("Settings…")),
                Act("keyboard", tr("Keyboard settings…")),
                Act("keys", tr("Keys at a glance")),
                Act("about", tr("About Tandem")),
                Act("quit", tr("Quit")),
            ],
        ),
        Menu(
            tr("Message"),
            [
                Act("write", tr("Write")),
                Act("reply", tr("Reply"), "one"),
                Act("reply-all", tr("Reply all"), "one"),
                Act("forward", tr("Forward"), "one"),
                None,
                Act("archive", tr("Archive"), "some"),
                Act("delete", tr("Delete"), "some"),
                Act("delete-for-good", tr("Delete for good…"), "some"),
                Act("move", tr("Move to…"), "some"),
                Act("copy", tr("Copy to…"), "some"),
                Act("flag", tr("Flag or remove the flag"), "some"),
                Act("unread", tr("Mark as read or unread"), "some"),
                Act("mark-read", tr("Mark as read"), "some"),
                Act("mark-unread", tr("Mark as unread"), "some"),
                Act("spam", tr("Spam or not spam"), "some"),
                None,
                Act("split-conversation", tr("Split conversation here"), "one"),
                Act("merge-conversations", tr("Merge conversations"), "several"),
                None,
                Act("find", tr("Find in message…"), "one"),
                Act("plain-text", tr("Plain text or HTML"), "one"),
                Act("own-colours", tr("The message’s own colours (dark mode)"), "one"),
                Act("source", tr("View source"), "one"),
                Act("save-files", tr("Save all attachments…"), "one"),
                Act("leave-list", tr("Unsubscribe from this list…"), "one"),
                Act("save-eml", tr("Save as file…"), "one"),
                Act("save-pdf", tr("Save as PDF…"), "one"),
                Act("print", tr("Print…"), "one"),
            ],
        ),
        Menu(
            tr("Folder"),
            [
                Act("new-folder", tr("New folder…")),
                Act("new-subfolder", tr("New folder inside this one…")),
                Act("rename-folder", tr("Rename folder…")),
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
                Act("undo", tr("Undo")),
                Act("palette", tr("Find a command or folder…")),
                Act("search", tr("Search")),
                Act("mark-all-read", tr("Mark all as read")),
            ],
        ),
        Menu(
            tr("Go"),
            [
                Act("next", tr("Next message")),
                Act("previous", tr("Previous message")),
                Act("next-in-conversation", tr("Next in conversation"), "one"),
                Act("previous-in-conversation", tr("Previous in conversation"), "one"),
                Act("unfold-conversation", tr("Unfold or fold the conversation"), "one"),
                Act("quotes", tr("Show or hide quoted text"), "one"),
                Act("back", tr("Back")),
                Act("folders", tr("Folders")),
                Act("list", tr("Message list")),
                Act("reader", tr("Message text")),
                Act("next-pane", tr("Next pane")),
                Act("previous-pane", tr("Previous pane")),
                None,
                Act("go-to-folder", tr("Go to folder…")),
                Act("go-inbox", tr("Go to Inbox")),
                Act("go-drafts", tr("Go to Drafts")),
                Act("go-sent", tr("Go to Sent")),
                Act("go-archive", tr("Go to Archive")),
                Act("go-junk", tr("Go to Junk")),
                Act("go-trash", tr("Go to Trash")),
                Act("go-all-inboxes", tr("Go to all inboxes")),
                Act("go-unread", tr("Go to unread mail")),
                Act("go-flagged", tr("Go to flagged mail")),
                Act("go-files", tr("Go to mail with attachments")),
                Act("go-waiting", tr("Go to what waits for a reply")),
                None,
                Act("sync-page", tr("Sync: history and what waits")),
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
                Act("contact", tr("Contact panel"), toggles=True),
                None,
                Act("density-roomy", tr("Roomy list"), group="density"),
                Act("density-cosy", tr("Cosy list"), group="density"),
                Act("density-compact", tr("Compact list"), group="density"),
                None,
                Act("list-conversations", tr("By conversation"), group="grouping"),
                Act("list-messages", tr("Each message by itself"), group="grouping"),
                Menu(
                    tr("Sort by"),
                    [
                        Act("sort-newest", tr("Newest first"), group="sort"),
                        Act("sort-oldest", tr("Oldest first"), group="sort"),
                        Act("sort-sender", tr("Sender"), group="sort"),
                        Act("sort-subject", tr("Subject"), group="sort"),
                        Act("sort-size", tr("Largest first"), group="sort"),
                    ],
                ),
                Menu(
                    tr("Show only"),
                    [
                        Act("only-unread", tr("Unread"), toggles=True),
                        Act("only-flagged", tr("Flagged"), toggles=True),
                        Act("only-files", tr("With attachments"), toggles=True),
                        None,
                        Act("only-nothing", tr("Show all messages")),
                    ],
                ),
                None,
                Act("text-larger", tr("Larger text")),
                Act("text-smaller", tr("Smaller text")),
                Act("text-normal", tr("Normal text size")),
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
                    tr("After archiving, deleting or moving"),
                    [
                        Act("advance-next", tr("Go on with the next message below"), group="advance"),
                        Act("advance-previous", tr("Go on with the message above"), group="advance"),
                        Act("advance-list", tr("Back to the list"), group="advance"),
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
