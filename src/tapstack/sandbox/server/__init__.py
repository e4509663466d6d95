"""The child process: MiniStack, mended and extended, one small file per subject, listed in `extensions.py`."""
