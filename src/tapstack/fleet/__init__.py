"""The description of a system: typed, read from YAML with its line numbers, one environment at a time.

`loading.load` is the door: bytes in, a `Fleet` or findings out. Every other module holds one part of the description.
"""
