"""From a filled sheet to what it would do, its preview by cell, and the doing of it: one way for every thing.

What differs is a thing's description (things.Thing): its columns, how rows are judged, what saves them.
"""
