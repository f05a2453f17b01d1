"""The Sync page: how the accounts stand, what sync changed, what waits."""
