"""What stands around the search field: filters, what was searched, what was mistyped, searches that were saved."""
