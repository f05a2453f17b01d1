"""A believable mail provider on loopback, in its own process."""
