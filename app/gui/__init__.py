"""Everything that is seen. PySide6 lives here and nowhere else."""
