"""The presets: files that must name real actions and real keys, and give no key two meanings."""

from __future__ import annotations

import json

import pytest
from PySide6.QtWidgets import QApplication

from app.core.resources import resource
from app.gui.keys.keymap import CHANGES, PRESET, Keymap, caps, read_keymap, written
from app.gui.keys.presets import PRESETS, Preset, clash, mistakes, read_preset, strokes
from app.gui.window.acts import all_menus, every_act

ACTS = {act.name for act in every_act(all_menus())}


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_names_real_actions_and_real_keys_and_no_key_has_two_meanings(name: str) -> None:
    assert list(mistakes(read_preset(name), ACTS)) == []


def test_every_file_is_a_preset_that_is_offered() -> None:
    assert {path.stem for path in resource("keys").glob("*.toml")} == {*PRESETS, "common"}
    assert [read_preset(name).name for name in PRESETS] == ["Tandem", "Gmail", "Thunderbird", "Outlook"]


@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_has_a_key_for_what_a_morning_needs(name: str) -> None:
    keys = read_preset(name).keys
    for act in "write reply reply-all forward archive delete move flag spam undo search next previous back".split():
        assert keys[act], act
    assert keys["palette"] == ("Ctrl+K",) and "/" in keys["search"]
    assert keys["next-pane"] == ("F6",) and keys["previous-pane"] == ("Shift+F6",)


@pytest.mark.parametrize(
    ("keys", "sentence"),
    [
        ({"archve": ("E",)}, "mine: there is no action “archve”."),
        ({"archive": ("Control+E",)}, "mine: “Control+E” (archive) is no key; did you mean “”?"),
        ({"archive": ("ctrl+e",)}, "mine: “ctrl+e” (archive) is no key; did you mean “Ctrl+E”?"),
        ({"archive": ("G, I, J",)}, "mine: “G, I, J” (archive) has more than 2 presses."),
        ({"archive": ("Space",)}, "mine: “Space” (archive) is needed by lists and fields."),
        ({"archive": ("E",), "reply": ("E",)}, "mine: “E” (reply) cannot be told from “E” (archive)."),
        ({"archive": ("G",), "reply": ("G, I",)}, "mine: “G, I” (reply) cannot be told from “G” (archive)."),
        ({"reply": ("E", "E")}, "mine: “E” (reply) cannot be told from “E” (reply)."),
    ],
)
def test_what_is_wrong_in_a_preset_is_said_in_a_sentence(keys: dict[str, tuple[str, ...]], sentence: str) -> None:
    assert list(mistakes(Preset("mine", "Mine", keys), ACTS)) == [sentence]


def test_keys_of_two_presses_clash_with_how_they_begin() -> None:
    assert strokes("G, I") == ("G", "I") and strokes("Ctrl+,") == ("Ctrl+,",) and strokes("nonsense+") == ()
    assert clash("G, I", "G") and clash("G", "G, I") and clash("E", "E")
    assert not clash("G, I", "G, T") and not clash("I", "G, I") and not clash("E", "")


def test_keys_are_written_as_this_system_writes_them(qapp: QApplication) -> None:
    assert (written("Ctrl+K"), written("G, I"), written("Del")) == ("Ctrl+K", "G then I", "Del")
    assert caps("G, I") == ("G", "I")


def gmail() -> Keymap:
    return Keymap(read_preset("gmail"))


def test_a_key_that_is_given_is_taken_from_whoever_had_it() -> None:
    keymap = gmail().give("reply", ("E",))
    assert keymap.keys_of("reply") == ("E",) and keymap.keys_of("archive") == ("Y",)
    assert gmail().rivals("reply", "E") == ("archive",) and keymap.rivals("reply", "E") == ()
    assert gmail().rivals("reply", "G") == (
        "go-archive",
        "go-drafts",
        "go-flagged",
        "go-inbox",
        "go-sent",
        "go-to-folder",
    )


def test_what_was_given_back_is_no_change_any_more() -> None:
    changed = gmail().give("reply", ("E",))
    assert changed.is_changed("reply") and changed.is_changed("archive")
    back = changed.reset("archive")
    assert back.keys_of("archive") == ("E", "Y") and back.keys_of("reply") == () and not back.is_changed("archive")
    assert back.reset("reply") == gmail() and changed.plainly() == gmail()
    assert changed.plainly("outlook").preset.id == "outlook"


def test_what_is_stored_is_read_again() -> None:
    changed = gmail().give("save-pdf", ("X, P",)).give("archive", ())
    stored = changed.settings()
    assert read_keymap(lambda key: stored.get(key, "")) == changed
    assert gmail().settings() == {PRESET: "gmail", CHANGES: ""}


@pytest.mark.parametrize(
    "changes", ["{", "[]", "7", json.dumps({"archive": "E"}), json.dumps({"archive": ["Hyper+Q", 3]})]
)
def test_unreadable_settings_mean_the_preset_as_it_is(changes: str) -> None:
    assert read_keymap({PRESET: "nobody’s", CHANGES: changes}.__getitem__) == Keymap(read_preset("tandem"))
