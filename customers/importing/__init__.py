"""Customers from a filled sheet: what it would do, judged against what is there, and the doing of it, all or nothing.

table = read_table(content, COLUMNS, limits, most_rows=20_000)     # sheets.tables: the file by itself
plan = judge(table, update=False, by=user)                          # judging: changes nothing
plan = save(table, update=False, by=user)                           # save: judges again, then writes
"""
