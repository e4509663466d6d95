"""The embedded AWS: a real AWS API on loopback, several regions, faults included.

The package has two sides. This folder holds what a caller uses: start, stop, status, faults. `server/` runs in the
child process alone and is the only place that knows MiniStack; nothing outside of it imports `ministack`.
"""
