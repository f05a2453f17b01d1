"""Paragraphs of format=flowed put together again (RFC 3676)."""

from __future__ import annotations


def unflow(text: str, *, delsp: bool = False) -> str:
    """Join soft line breaks, per quote depth; the signature's `-- ` line stays a line."""
    out: list[str] = []
    pending: list[str] = []
    depth = 0
    for line in text.split("\n"):
        bare = line.lstrip(">")
        level = len(line) - len(bare)
        bare = bare.removeprefix(" ")
        if pending and level != depth:  # a quote depth that changes ends a paragraph, whatever the blank says
            out.append(_line(depth, pending))
            pending = []
        depth = level
        if bare.endswith(" ") and bare != "-- ":
            pending.append(bare[:-1] if delsp else bare)
            continue
        if bare == "-- " and pending:
            out.append(_line(depth, pending))
            pending = []
        pending.append(bare)
        out.append(_line(depth, pending))
        pending = []
    if pending:
        out.append(_line(depth, pending))
    return "\n".join(out)


def _line(depth: int, pieces: list[str]) -> str:
    text = "".join(pieces)
    return f"{'>' * depth} {text}" if depth else text
