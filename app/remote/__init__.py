"""The only package that knows the net and the keychain."""
