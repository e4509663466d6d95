"""Lets `python -m tapstack` stand for the `tapstack` command."""

from tapstack.cli import main

if __name__ == "__main__":
    main()
