"""The parts every window is built from. Each takes the theme first; names and roles for screen readers are set here."""
