"""The Bot API's methods, by subject. Each is a function of the world and the arguments."""
