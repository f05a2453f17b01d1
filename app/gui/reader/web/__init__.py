"""Mail HTML in Qt's web engine, behind every wall that was measured to hold (`ARCHITECTURE.md`, Safety)."""
