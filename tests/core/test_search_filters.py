"""Filters put into a query and taken out of it."""

from __future__ import annotations

import pytest

from app.core.search.edit import has_filter, with_filter, without_filter


@pytest.mark.parametrize(
    ("query", "after"),
    [
        ("", "is:unread "),
        ("plan", "plan is:unread "),
        ("plan ", "plan is:unread "),
        ("a OR b", "(a OR b) is:unread "),
        ("from:zoe", "from:zoe is:unread "),
    ],
)
def test_a_filter_is_put_in_so_that_it_holds_for_all_and_taken_out_again(query: str, after: str) -> None:
    assert with_filter(query, "is:unread") == after
    assert has_filter(after, "IS:unread") and not has_filter(query, "is:unread")
    assert without_filter(after, "is:unread").strip() in (query.strip(), f"({query})")


def test_only_the_filter_goes_and_the_rest_stays_as_it_was_typed() -> None:
    assert without_filter('a  is:unread "b  c" in:"Old mail"', "is:unread") == 'a "b  c" in:"Old mail" '
    assert without_filter("is:unread", "is:unread") == ""
    assert without_filter("(is:unread) a", "is:unread") == "(is:unread) a "
