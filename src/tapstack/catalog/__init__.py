"""Facts about AWS that change with time: each table names its source and the day it was read."""
