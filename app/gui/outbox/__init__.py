"""Letters on their way, and drafts kept on this computer."""
