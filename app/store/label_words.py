"""SQL that tells a label's folder from others. Apart from `labels`, since lists read it and must open fast."""

from __future__ import annotations

from app.core.labels import ALL_MAIL

IS_LABEL = f"f.label NOT IN ('', '{ALL_MAIL}')"
"""Of a folder called `f`."""
BEST = f"ORDER BY f.role <> 'inbox', f.label = '', f.label = '{ALL_MAIL}', p.id"
"""Of placements `p`: the place a person would name first."""
