"""An account's coming and going in the window: turned off and on, disconnected, read further back."""
