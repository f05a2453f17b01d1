"""Another list in the same view: no row keeps the height of what stood there before."""

from __future__ import annotations

from array import array

from app.gui.look.theme import Theme
from app.gui.messages.keys import TODAY, YESTERDAY
from app.gui.messages.model import MessageModel
from app.gui.messages.view import MessageView


def test_rows_of_another_list_have_the_height_of_what_they_show_now(light: Theme) -> None:
    model = MessageModel(lambda _wanted: [], lambda: 0.0)
    view = MessageView(light, model)
    view.apply(None, array("q", [TODAY, 1, 2, 3, YESTERDAY, 4, 5]), -1)
    header = view.verticalHeader()
    short, tall = header.sectionSize(0), header.sectionSize(1)
    assert short < tall

    view.apply(None, array("q", [TODAY, 6, YESTERDAY, 7, 8, 9]), -1)

    assert [header.sectionSize(row) for row in range(6)] == [short, tall, short, tall, tall, tall]
