"""The SQL of the tree that the ORM cannot say.

walks        up and down the tree, today's and that of any days: what statements about the tree are made of
branches     what lies below a folder
paths        what lies above it, today and on a day
placements   whether the history of places holds together, and its repair
"""
