"""How Tandem looks: tokens, theme, fonts, icons, and the parts every window is built from.

- `theme.Theme`: one object handed to every widget. `color(role)`, `font(role, weight)`, `px(n)` (n logical pixels times the
  text size), `changed`. Nothing else knows a hex value or a pixel size.
- `icons.icon(theme, name, role, size)` gives a live `QIcon`; `icons.paint_icon` paints one.
- `canvas.Canvas(painter, theme, rect, rtl)` paints text, fills and icons in *leading* coordinates and mirrors by itself.
- `parts.*`: buttons, choices, fields, chips, labels, banners, toasts. Each takes the theme first, paints from it, follows its
  changes, works right to left, and shows a focus ring for keyboard focus only.
"""
