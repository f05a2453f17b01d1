"""Adding a mailbox, step by step: `wizard.Wizard`. What is decided without Qt: `tries`, `providers`."""
