"""What every test may count on, wherever it is started from."""

from __future__ import annotations

import signal

# A shell lets what it starts in the background ignore Ctrl-C, and so would every command that a test interrupts.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
