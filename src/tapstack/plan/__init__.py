"""The fleet resolved for one environment: addresses, names, tags, units, waves. Pure data made by pure functions.

`planning.make` is the door. Nothing here asks AWS, reads a file or looks at the clock: the same fleet gives the same
plan.
"""
