"""Where a drill writes: each kind of store answers the same few questions."""
