"""Rules about people, companies and deals; no I/O."""
