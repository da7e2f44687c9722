"""One file a conversation: parse, call one action, render."""
