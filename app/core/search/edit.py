"""Putting filters into a query and taking them out, where the rest stays as it was typed."""

from __future__ import annotations

from app.core.search.read import filters, is_split


def has_filter(query: str, typed: str) -> bool:
    return any(piece.typed.casefold() == typed.casefold() for piece in filters(query))


def with_filter(query: str, typed: str) -> str:
    """`typed` at the end, and room to type on. A query with an OR is put into parentheses: the filter holds for all of it."""
    query = query.strip()
    if not query:
        return f"{typed} "
    return f"({query}) {typed} " if is_split(query) else f"{query} {typed} "


def without_filter(query: str, typed: str) -> str:
    for piece in reversed(filters(query)):
        if piece.typed.casefold() == typed.casefold():
            query = f"{query[: piece.start].rstrip()} {query[piece.end :].lstrip()}".strip()
    return f"{query} " if query else ""
