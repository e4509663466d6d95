"""A plan, an engine and a target in; deployed regions out: waves, gates, a journal, and an order to stop.

Knows engines only by their Protocol (`engines.engine`) and AWS or the sandbox only as a target.
"""
