"""The mail of Fernhill Studio, as on the design's screens."""

from __future__ import annotations

import datetime as dt

from app.core.ids import MessageId
from app.core.values import Role
from gui.scene import ME, Scene, letter

PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360f8cf500f000384018146"
    "b0d8630000000049454e44ae426082"
)
HTML = """<p>Hi Mara,</p>
<p>Thank you for the call. The board is happy with the phased plan, so we would like to start with
<b>Hamburg and Lisbon on 7 December</b> and add the other depots in January.</p>
<p>Before I send this to legal, two questions:</p>
<ol><li>Can the price per seat stay fixed until all 40 seats are in use?</li>
<li>Who signs for data protection on your side? The form needs a name.</li></ol>
<p>The revised order form is attached. If both are clear by Thursday, I can sign this week.</p>
<p>Best,<br>Amira</p>
<img src="https://meridian.example/logo.png" width="120" height="40">
<img src="https://track.example/o.gif?u=1" width="1" height="1">
<img src="https://count.example/p.gif" width="1" height="1">
<blockquote type="cite"><p>On 21 Nov 2026, Mara Lindqvist wrote:</p><p>Here is the plan in three phases.</p></blockquote>
"""
TEXT = "Hi Mara,\n\nThank you for the call. The board is happy with the phased plan, so we would like to start.\n"


def at(day: int, hour: int, minute: int, month: int = 11, year: int = 2026) -> float:
    return dt.datetime(year, month, day, hour, minute).timestamp()


def fill_fernhill(scene: Scene) -> MessageId:
    """Two accounts with their mail; answers the message that the screens show open."""
    scene.add_account("mara@fernhill.example", "Fernhill Studio", color="")
    scene.add_account("mara.lindqvist@gmail.example", "Personal", (("INBOX", Role.INBOX), ("Labels", Role.NONE)))
    pdf = ("Order form v2.pdf", "application/pdf", b"%PDF" + b"x" * 184_000)
    xlsx = ("Depot schedule.xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", b"x" * 46_000)
    seen = "\\Seen"

    def mail(
        who: str, when: float, subject: str, text: str, flags: str = "", clip: bool = False, folder: str = "INBOX"
    ) -> MessageId:
        files = (("scan.pdf", "application/pdf", b"%PDF-1.7"),) if clip else ()
        raw = letter(who, subject, text, at=when, files=files)
        return scene.arrive(raw, when, folder, flags=flags)

    mail(
        "Nadia Kowalczyk <nadia@polar.example>",
        at(18, 12, 0),
        "Fwd: Data processing agreement",
        "Legal is fine with the changes in 4.2 and 7, so we can go ahead.",
        seen,
        True,
    )
    mail(
        "Priya Nair <priya@kestrel.example>",
        at(19, 10, 0),
        "Pilot feedback, week one",
        "Two clinics started on Monday; Dr Osei asks for a shorter form.",
        seen,
        True,
    )
    mail(
        "Elliot Grant <elliot@grant.example>",
        at(22, 11, 8),
        "Introduction: Elliot and Mara",
        "Mara runs Fernhill, the studio I told you about.",
        seen,
    )
    mail(
        "Lena Fischer <lena@fernhill.example>",
        at(22, 16, 44),
        "Pricing page copy",
        "I moved the annual toggle above the fold and shortened the rest.",
        seen + " \\Answered",
    )
    mail(
        "田中 そら <sora@tanaka.example>",
        at(22, 18, 20),
        "お見積りのお願い（12席）",
        "お世話になっております。先日のデモの件で、12席分のお見積りをお願いいたします。",
    )
    mail(
        "Corvid Cloud <billing@corvid.example>",
        at(23, 7, 2),
        "Invoice 2026-1187 is ready",
        "Your invoice for November, €212.40, will be collected on 1 December.",
        seen,
        True,
    )
    mail(
        "Priya Nair <priya@kestrel.example>",
        at(23, 8, 31),
        "Pilot feedback, week two",
        "Three clinics are live. The import was the only hurdle so far.",
        seen + " \\Flagged",
    )
    mail(
        "Jonas Weber <jonas@fernhill.example>",
        at(23, 8, 55),
        "Can we move Thursday to 14:00?",
        "The Lisbon team joins, and they are an hour behind us.",
    )
    mail(
        "Tomás Rivera <tomas@oasis.example>",
        at(23, 9, 17),
        "Signed order form attached",
        "Hi Mara, signed on our side. Please countersign and send it back.",
        "",
        True,
    )
    raw = letter(
        "Amira Haddad <amira.haddad@meridian.example>",
        "Re: Rollout plan and two open questions",
        TEXT,
        html=HTML,
        to=f"{ME}, Jonas Weber <jonas@fernhill.example>",
        cc="Dr Lang <lang@meridian.example>",
        at=at(23, 9, 42),
        files=(pdf, xlsx),
    )
    opened = scene.arrive(raw, at(23, 9, 42), flags=seen)
    mail(
        "Ana Duarte <ana@meridian.example>",
        at(12, 9, 0),
        "Depot list",
        "The list of depots.",
        folder="Clients/Meridian",
    )
    mail(
        "Ana Duarte <ana@meridian.example>",
        at(13, 9, 0),
        "Depot list, corrected",
        "Two more.",
        folder="Clients/Meridian",
    )
    older = (
        ("Oskar Blom <oskar@blom.example>", at(30, 9, 0, 10), "Autumn workshop", "Photos from the workshop."),
        ("Ines Prieto <ines@prieto.example>", at(3, 9, 0, 9), "Offer Halden", "The offer for Halden, as discussed."),
        ("Mei Chen <mei@chen.example>", at(3, 9, 0, 5, 2025), "Keys for the archive room", "They are with Jonas."),
    )
    for who, when, subject, text in older:
        mail(who, when, subject, text, seen)
    raw = letter("Ma <ma@family.example>", "Sunday lunch?", "Are you coming?", at=at(22, 12, 0))
    scene.arrive(raw, at(22, 12, 0), account=2)
    return opened


def add_talk(scene: Scene) -> tuple[MessageId, MessageId, MessageId, MessageId]:
    """A conversation of four about a pricing page: read, an own answer in Sent, and two unread ones, the last of today."""
    lena, jonas = "Lena Brandt <lena@fernhill.example>", "Jonas Weber <jonas@meridian.example>"
    first = letter(lena, "Pricing page copy", "Here is the first draft of the pricing page.", at=at(20, 16, 2))
    mine = letter(
        ME, "Re: Pricing page copy", "Looks good. Jonas, can you check?", to=lena, at=at(20, 17, 0), answers=first
    )
    third = letter(jonas, "Re: Pricing page copy", "The numbers are right.", at=at(22, 9, 0), answers=mine)
    last = letter(
        lena, "Re: Pricing page copy", "I moved the annual toggle above the fold.", at=at(23, 8, 44), answers=third
    )
    return (
        scene.arrive(first, at(20, 16, 2), flags="\\Seen"),
        scene.arrive(mine, at(20, 17, 0), "Sent", flags="\\Seen"),
        scene.arrive(third, at(22, 9, 0)),
        scene.arrive(last, at(23, 8, 44)),
    )
