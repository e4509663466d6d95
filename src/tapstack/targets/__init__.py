"""Where a fleet runs: AWS itself, or the sandbox. Everything above asks a target for clients and answers, and knows no more."""
