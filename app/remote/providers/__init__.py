"""Mail providers: the built-in table, and the settings files that the public provider table and providers themselves publish."""
