"""The report: one HTML file that needs nothing else, and the page on which a drill is watched while it goes.

Data first (`topology`, `drills`), then places (`layout`, `charts`), then markup (`drawing`, `page`): only the last of
them knows HTML.
"""
