"""A whole round by command line: sync, read, organise, answer, and what another client does meanwhile."""

from __future__ import annotations

import email
import email.policy
import sqlite3
from pathlib import Path

import pytest

from commandline import Tandem, letter
from servers.gate import Gate
from servers.mailbox import Mailbox
from servers.provider import Provider
from servers.submission import Mischief

COUNTED = ("fetched", "flags", "removed", "pushed", "waiting")


def nothing_is_left(tandem: Tandem) -> None:
    (report,) = tandem.json("sync")
    assert {name: report[name] for name in COUNTED} == dict.fromkeys(COUNTED, 0)
    assert report["errors"] == []


def test_mail_is_fetched_within_the_window_with_its_exact_bytes(signed_up: Tandem, mailbox: Mailbox) -> None:
    import datetime as dt

    raws = {f"Quote {n}": letter(f"Quote {n}", days_ago=n) for n in range(1, 5)}
    for raw in raws.values():
        mailbox.append("INBOX", raw)
    old = dt.datetime.now(dt.UTC) - dt.timedelta(days=90)
    mailbox.append("INBOX", letter("Too old", days_ago=90), date=old)

    (report,) = signed_up.json("sync")

    assert (
        report["email"] == mailbox.email and report["fetched"] == 4 and report["bytes"] == sum(map(len, raws.values()))
    )
    assert [record["subject"] for record in signed_up.list()] == sorted(raws)
    for subject, ident in signed_up.ids().items():
        assert signed_up.ok("show", ident, "--raw").out == raws[subject]
    assert signed_up.json("account", "list")[0]["last_sync"] is not None
    nothing_is_left(signed_up)


def test_a_message_is_listed_as_the_contract_says(signed_up: Tandem, mailbox: Mailbox) -> None:
    uid = mailbox.append("INBOX", letter("An offer", files=["a.pdf"]), flags=["\\Flagged", "Urgent"])
    signed_up.ok("sync")

    (record,) = signed_up.list()

    date = record.pop("date")
    assert date.endswith("Z") and len(date) == 20
    assert record.pop("size") > 300 and record.pop("id") == record.pop("conversation")
    assert record == {
        "account": mailbox.email,
        "folders": ["INBOX"],
        "uid": {"INBOX": [uid]},
        "message_id": "<An.offer@client.test>",
        "subject": "An offer",
        "from": "Zoë <zoe@client.test>",
        "to": ["alice@example.test"],
        "seen": False,
        "flagged": True,
        "answered": False,
        "keywords": ["Urgent"],
        "attachments": 1,
        "in_mailbox": True,
    }


def test_what_is_done_offline_reaches_the_mailbox_with_the_next_sync(
    tandem: Tandem, mailbox: Mailbox, gate: object
) -> None:
    wire: Gate = gate(mailbox.imap_port)  # type: ignore[operator]
    for subject in ("r", "f", "a", "d", "s", "m", "u"):
        mailbox.append("INBOX", letter(subject), flags=["\\Seen", "\\Flagged"] if subject == "u" else [])
    mailbox.append("Work", letter("there"))
    assert tandem.sign_up(imap_port=wire.port).code == 0
    tandem.ok("sync")
    ids = tandem.ids()
    wire.refuse()

    for verb, subject in (("read", "r"), ("flag", "f"), ("archive", "a"), ("delete", "d"), ("spam", "s")):
        tandem.ok(verb, ids[subject])
    tandem.ok("move", ids["m"], "--to", "Work")
    tandem.ok("unread", ids["u"])
    tandem.ok("unflag", ids["u"])
    shown = {folder: set(tandem.ids(folder)) for folder in ("inbox", "archive", "trash", "junk", "Work")}
    offline = tandem("sync", "--json")

    assert shown == {"inbox": {"r", "f", "u"}, "archive": {"a"}, "trash": {"d"}, "junk": {"s"}, "Work": {"m", "there"}}
    assert offline.code == 69 and offline.records[0]["waiting"] >= 7 and offline.complaint
    assert len(tandem.json("queue")) == offline.records[0]["waiting"]

    wire.open()
    tandem.ok("sync")

    held = {name: {h.raw.split(b"Subject: ")[1].split(b"\r\n")[0]: h.flags for h in mailbox.holds(name)}
            for name in ("INBOX", "Archive", "Trash", "Junk", "Work")}  # fmt: skip
    assert held["INBOX"].keys() == {b"r", b"f", b"u"}
    assert "\\Seen" in held["INBOX"][b"r"] and "\\Flagged" in held["INBOX"][b"f"]
    assert not held["INBOX"][b"u"] & {"\\Seen", "\\Flagged"}
    assert (*held["Archive"], *held["Trash"], *held["Junk"]) == (b"a", b"d", b"s")
    assert held["Work"].keys() == {b"m", b"there"}
    assert tandem.json("queue") == []
    nothing_is_left(tandem)
    tandem.ok("not-spam", ids["s"])
    tandem.ok("sync")
    assert "s" in tandem.ids() and not mailbox.holds("Junk")


def test_what_happens_over_there_comes_back(signed_up: Tandem, mailbox: Mailbox) -> None:
    for subject in ("seen over there", "gone over there", "moved over there"):
        mailbox.append("INBOX", letter(subject))
    signed_up.ok("sync")
    before = signed_up.ids()
    phone = mailbox.client()
    phone.select_folder("INBOX")
    phone.add_flags([1], [b"\\Seen"])
    phone.delete_messages([2])
    phone.expunge([2])
    phone.move([3], "Archive")
    mailbox.deliver(letter("new"))

    signed_up.ok("sync")

    assert signed_up.ids().keys() == {"seen over there", "new"}
    assert {record["subject"] for record in signed_up.list() if record["seen"]} == {"seen over there"}
    assert signed_up.ids("archive") == {"moved over there": before["moved over there"]}
    nothing_is_left(signed_up)


def test_a_letter_with_attachment_arrives_once_and_is_filed_once(
    signed_up: Tandem, mailbox: Mailbox, another_mailbox: Mailbox, tmp_path: Path
) -> None:
    mailbox.append("INBOX", letter("A question", References="<first@client.test>"))
    signed_up.ok("sync")
    text, plan = tmp_path / "text.txt", tmp_path / "Plan für Zoë.pdf"
    text.write_text("Grüße\n.\n..dots\nFrom here\n")
    plan.write_bytes(bytes(range(256)) * 30)

    queued = signed_up.ok(
        "send", "--from", mailbox.email, "--to", f"Bob <{another_mailbox.email}>", "--cc", "c@elsewhere.test",
        "--bcc", "secret@elsewhere.test", "--subject", "Re: A question", "--body-file", text, "--attach", plan,
        "--reply-to-message", signed_up.ids()["A question"],
    )  # fmt: skip
    waiting = signed_up.json("outbox")
    signed_up.ok("sync")

    assert waiting[0]["id"] == int(queued.text) and waiting[0]["state"] == "queued" and not waiting[0]["filed"]
    (arrived,) = another_mailbox.holds("INBOX")
    mail = email.message_from_bytes(arrived.raw, policy=email.policy.default)
    assert mail["Subject"] == "Re: A question" and mail["From"] == f"Alice <{mailbox.email}>" and mail["Bcc"] is None
    assert mail["In-Reply-To"] == "<A.question@client.test>"
    assert mail["References"].split() == ["<first@client.test>", "<A.question@client.test>"]
    body = mail.get_body(("plain",))
    assert body is not None and body.get_content().replace("\r\n", "\n").strip() == text.read_text().strip()
    (attached,) = mail.iter_attachments()
    assert attached.get_filename() == plan.name and attached.get_content() == plan.read_bytes()
    (sent,) = mailbox.conduct.accepted()
    assert set(sent.recipients) == {another_mailbox.email, "c@elsewhere.test", "secret@elsewhere.test"}
    assert len(mailbox.holds("Sent")) == 1
    assert "\\Answered" in mailbox.holds("INBOX")[0].flags
    (row,) = signed_up.json("outbox")
    assert row["state"] == "sent" and row["filed"] is True
    assert signed_up.list()[0]["answered"] and len(signed_up.list("sent")) == 1
    nothing_is_left(signed_up)


def test_a_letter_waits_while_the_server_is_away_and_sync_says_75(
    tandem: Tandem, mailbox: Mailbox, gate: object, tmp_path: Path
) -> None:
    wire: Gate = gate(mailbox.smtp_port)  # type: ignore[operator]
    assert tandem.sign_up(smtp_port=wire.port).code == 0
    (tmp_path / "t").write_text("Hello")
    tandem.ok("send", "--from", mailbox.email, "--to", "b@x.test", "--subject", "s", "--body-file", tmp_path / "t")
    wire.refuse()

    away = tandem("sync", "--json")

    assert away.code == 75 and away.records[0]["waiting"] == 1
    (row,) = tandem.json("outbox")
    assert row["state"] == "queued" and row["reason"]
    wire.open()
    tandem.ok("sync")
    assert len(mailbox.conduct.accepted()) == 1 and tandem.json("outbox")[0]["state"] == "sent"


def test_a_letter_waits_for_the_passphrase_and_for_a_server_that_can_prove_who_it_is(
    tandem: Tandem, mailbox: Mailbox, mail_servers: Provider, tmp_path: Path
) -> None:
    (tmp_path / "t").write_text("Hello")
    assert tandem.sign_up().code == 0
    tandem.ok("send", "--from", mailbox.email, "--to", "b@x.test", "--subject", "s", "--body-file", tmp_path / "t")
    words, tandem.environ = tandem.environ, {}

    locked = tandem("sync")
    states = [tandem.json("outbox")[0]["state"]]
    tandem.environ = words
    with mail_servers.smtps_behind(mail_servers.certificates.wrong_name()) as impostor:
        with sqlite3.connect(tandem.profile / "library.db") as db:
            db.execute("UPDATE account SET smtp_port = ?, smtp_security = 'tls'", (impostor.port,))
        refused = tandem("sync")
        states.append(tandem.json("outbox")[0]["state"])
        db.execute("UPDATE account SET smtp_port = ?", (mailbox.smtps_port,))
        db.commit()
        db.close()

    assert (locked.code, refused.code, states) == (77, 75, ["queued", "queued"])
    assert "TANDEM_PASSPHRASE_FILE" in locked.complaint and "certificate" in refused.complaint
    tandem.ok("sync")
    assert len(mailbox.conduct.accepted()) == 1


def test_a_refused_letter_is_the_users_to_decide(signed_up: Tandem, mailbox: Mailbox, tmp_path: Path) -> None:
    (tmp_path / "t").write_text("Hello")
    mailbox.conduct.order(Mischief.REFUSE_RECIPIENT, times=1)
    signed_up.ok("send", "--from", mailbox.email, "--to", "b@x.test", "--subject", "s", "--body-file", tmp_path / "t")

    signed_up.ok("sync")

    (row,) = signed_up.json("outbox")
    assert row["state"] == "failed" and "b@x.test" in row["reason"]
    nothing_is_left(signed_up)
    signed_up.ok("outbox", "retry", row["id"])
    signed_up.ok("sync")
    assert len(mailbox.conduct.accepted()) == 1 and signed_up.json("outbox")[0]["state"] == "sent"


def test_a_change_can_be_given_up(signed_up: Tandem, mailbox: Mailbox) -> None:
    mailbox.append("INBOX", letter("Keep"))
    signed_up.ok("sync")
    signed_up.ok("delete", signed_up.ids()["Keep"])
    (entry,) = signed_up.json("queue")
    assert entry["kind"] == "move" and "Keep" in entry["what"] and entry["account"] == mailbox.email

    signed_up.ok("queue", "retry", entry["id"])
    signed_up.ok("queue", "discard", entry["id"])

    assert signed_up.ids().keys() == {"Keep"} and signed_up.json("queue") == []
    assert signed_up("queue", "discard", entry["id"]).code == 66
    assert signed_up("queue", "discard", "nonsense").code == 64
    nothing_is_left(signed_up)


def test_search_finds_words_and_operators(signed_up: Tandem, mailbox: Mailbox) -> None:
    mailbox.append("INBOX", letter("Angebot", body="Der Preis für die Straße\n"))
    mailbox.append("INBOX", letter("Other", body="nothing of it\n"), flags=["\\Seen"])
    signed_up.ok("sync")

    found = {query: [r["subject"] for r in signed_up.json("search", query)] for query in ("preis", "is:read", "zebra")}

    assert found == {"preis": ["Angebot"], "is:read": ["Other"], "zebra": []}
    assert signed_up.json("search", "from:zoe", "--limit", 1)[0]["kind"] == "message"


def test_an_attachment_is_saved_under_a_safe_name_and_never_over_another(
    signed_up: Tandem, mailbox: Mailbox, tmp_path: Path
) -> None:
    mailbox.append("INBOX", letter("Files", files=["../../etc/passwd.pdf"]))
    signed_up.ok("sync")
    (ident,) = signed_up.ids().values()
    out = tmp_path / "out"
    out.mkdir()

    paths = [Path(signed_up.ok("attachment", ident, 1, "--out", out).text.strip()) for _ in range(2)]

    assert [path.parent for path in paths] == [out, out] and paths[0] != paths[1]
    assert {path.read_bytes() for path in paths} == {b"contents of ../../etc/passwd.pdf"}
    assert signed_up("attachment", ident, 2, "--out", out).code == 66
    assert signed_up("attachment", ident, 1, "--out", tmp_path / "nowhere").code == 66


def test_a_message_is_shown_without_what_steers_a_terminal(signed_up: Tandem, mailbox: Mailbox) -> None:
    mailbox.append("INBOX", letter("Colours", body="red \x1b[31m and \x07 bell\n", files=["a.pdf"]))
    signed_up.ok("sync")
    (ident,) = signed_up.ids().values()

    shown = signed_up.ok("show", ident).text

    assert "\x1b" not in shown and "\x07" not in shown
    assert "Subject: Colours" in shown and "red" in shown and "1  a.pdf" in shown
    assert signed_up.ok("show", ident, "--text").text.startswith("red")
    assert signed_up("show", ident, "--html").code == 66
    assert signed_up.json("show", ident)[0]["parts"][0]["name"] == "a.pdf"


def test_lists_for_people_are_lines(signed_up: Tandem, mailbox: Mailbox) -> None:
    mailbox.append("INBOX", letter("日本語の件名", message_id="<jp@client.test>"))
    assert "1 fetched" in signed_up.ok("sync").text
    assert "日本語の件名" in signed_up.ok("messages").text and "Zoë" in signed_up.ok("messages").text
    assert "INBOX" in signed_up.ok("folders").text
    assert mailbox.email in signed_up.ok("account", "list").text


def test_messages_without_a_folder_are_all_that_show_each_once(signed_up: Tandem, mailbox: Mailbox) -> None:
    for n, folder in enumerate(("INBOX", "Work", "INBOX"), 1):
        mailbox.append(folder, letter(f"m{n}", days_ago=n))
    signed_up.ok("sync")

    assert [record["subject"] for record in signed_up.json("messages")] == ["m1", "m2", "m3"]
    assert [record["subject"] for record in signed_up.json("messages", "--limit", 2)] == ["m1", "m2"]
    assert [record["subject"] for record in signed_up.json("messages", "--folder", "inbox", "--limit", 1)] == ["m1"]
    assert signed_up.json("messages", "--limit", 0) == []


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("messages", "--folder", "nowhere"), 66),
        (("messages", "--account", "nobody@example.test"), 66),
        (("messages", "--limit", "many"), 64),
        (("show", "999999"), 66),
        (("show", "abc"), 64),
        (("show", "99999999999999999999999"), 64),
        (("read", "999999"), 66),
        (("move", "1", "--to", "nowhere"), 66),
        (("archive",), 64),
        (("nonsense",), 64),
        (("sync", "--account", "nobody@example.test"), 66),
        (("sync", "--fast"), 64),
        (("history", "--limit", "some"), 64),
        (("contacts",), 64),
        (("account", "disable", "a@b"), 66),
        (("queue", "retry"), 64),
        (("outbox", "retry", "99"), 66),
    ],
)
def test_bad_input_is_one_sentence_and_a_code(
    signed_up: Tandem, mailbox: Mailbox, words: tuple[str, ...], code: int
) -> None:
    answer = signed_up(*words)

    assert answer.code == code, answer.complaint
    assert answer.complaint.endswith(".") and "\n" not in answer.complaint and answer.out == b""


def test_the_history_lists_what_sync_changed_as_the_contract_says(signed_up: Tandem, mailbox: Mailbox) -> None:
    mailbox.append("INBOX", letter("Offer"))
    signed_up.ok("sync")
    assert signed_up.json("history") == []
    signed_up.ok("archive", signed_up.ids()["Offer"])
    signed_up.ok("sync")

    (line,) = signed_up.json("history")

    message_id = signed_up.list("archive")[0]["message_id"]
    assert line.pop("at").endswith("Z") and line.pop("id") > 0 and line.pop("message") > 0
    assert line == {
        "account": mailbox.email,
        "side": "mailbox",
        "what": "Archived “Offer” in the mailbox",
        "message_id": message_id,
        "folder": "Archive",
        "cause": "You archived it here.",
        "kind": "archived",
        "reversible": True,
        "undone": None,
    }
    assert signed_up.json("history", "offer", "archived") != [] and signed_up.json("history", "trash") == []


def test_a_line_of_the_history_is_undone_by_its_id(signed_up: Tandem, mailbox: Mailbox) -> None:
    mailbox.append("INBOX", letter("Offer"))
    signed_up.ok("sync")
    signed_up.ok("archive", signed_up.ids()["Offer"])
    signed_up.ok("sync")
    ident = signed_up.json("history")[0]["id"]

    assert signed_up.json("history", "undo", ident) == [{"done": "“Offer” is back in INBOX"}]

    (line,) = signed_up.json("history", "archived")
    assert line["undone"].endswith("Z") and not line["reversible"]
    signed_up.ok("sync")
    assert len(mailbox.holds("INBOX")) == 1 and mailbox.holds("Archive") == []
    again = signed_up("history", "undo", ident)
    assert (again.code, again.complaint) == (64, "The change of “Offer” was undone before. Nothing was changed.")
    assert signed_up("history", "undo").code == 64
    assert signed_up("history", "undo", 999).code == 66


def test_switches_are_set_and_a_mass_change_is_asked_about(signed_up: Tandem, mailbox: Mailbox) -> None:
    for number in range(60):
        mailbox.append("INBOX", letter(f"Number {number}"))
    signed_up.ok("account", "set", mailbox.email, "--delete-out", "off")
    assert signed_up.json("account", "list")[0]["switches"] == {
        "delete_in": True,
        "delete_out": False,
        "archive_in": True,
        "archive_out": True,
    }
    signed_up.ok("sync")
    client = mailbox.client()
    client.select_folder("INBOX")
    client.delete_messages(client.search())
    client.expunge()

    answer = signed_up("sync")

    assert answer.code == 75 and len(signed_up.list()) == 60
    (question,) = signed_up.json("queue")
    assert question["kind"] == "mass-change"
    signed_up.ok("queue", "retry", question["id"])
    assert signed_up.list() == [] and signed_up.json("queue") == []
    nothing_is_left(signed_up)
