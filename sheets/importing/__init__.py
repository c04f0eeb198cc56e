"""From a filled sheet to what it would do, its preview by cell, and the doing of it: one way for every thing.

What differs is a thing's description (import_types.ImportType): its columns, how rows are judged, what saves them.
"""
