"""The drill: an outage, measured. Traffic, the outage itself, the clock, and the verdict on what was promised.

Times are the fleet's: the wall's times the clock factor, which is always said. They count from the first request.
"""
