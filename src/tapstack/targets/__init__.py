"""Where a fleet runs, AWS itself or the sandbox. What stands above asks a target for clients and knows no more."""
