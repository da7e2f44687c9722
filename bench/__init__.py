"""How fast it is, measured against what: each bench answers with one line of figures. Never run as a test of time."""
