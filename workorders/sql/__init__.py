"""The SQL of work that the ORM cannot say.

owners          whose a piece of work is: the rule, which all others take from there
gathered        the work of one customer, or of nobody, found as a set
totals          what customers have to do and have had done, to the last one
capped_counts   the same for a list of customers, counted as far as is quick
previews        what an operation would change, by doing it
kept_folders    whether work has the folder of the day that counts, and its repair
mending         days that no report can reach, mended
"""
