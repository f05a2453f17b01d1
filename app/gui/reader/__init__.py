"""The reader: who wrote, what they wrote, what goes with it. No packet leaves because a message is looked at."""
