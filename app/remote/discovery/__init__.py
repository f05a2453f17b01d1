"""From an address to the servers of its mailbox, without a password: table, settings file, DNS, and knocking at likely doors."""
