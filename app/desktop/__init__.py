"""The operating system's services, without Qt."""
