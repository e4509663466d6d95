"""What a fleet must not do, or should think twice about: one rule per file, listed in `table.py`.

`checking.check` is the door: descriptions in, findings out. Rules are pure; even the day is handed to them.
"""
