"""Signing in through the browser: OAuth 2 for native programs (RFC 8252), at Google and at Microsoft."""
