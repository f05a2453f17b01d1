"""What the wizard, the folder picker and the composer share: a centred column, a question in place, a wrapping row."""
