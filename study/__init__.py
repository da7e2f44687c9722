"""The rules of study: values in, values out; no I/O, no clock, no framework."""
