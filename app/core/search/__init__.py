"""What may be typed into the search field, and what it means. Knows no library."""
