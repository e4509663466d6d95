"""Figures as ratios against a peer in the same run, so that they mean the same on any machine."""
