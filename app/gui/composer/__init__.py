"""The window in which a letter is written: `window.Composer`; `letters.new_letter` gives it something to show."""
