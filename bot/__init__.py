"""The rooms that know Telegram, and the command line."""
