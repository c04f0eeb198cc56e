"""The demo's company: a Finnish maintenance firm, city by city, with two years of work that end yesterday.

`size` says how large, `names` and `jobs` hold words, and `plan` is a city before it is saved. `sites`, `history` and
`contacts` fill every city; `estates` and `machines` those of a large demo, many times over. `orders`, `tasks` and
`requests` are the work, `people` the firm's own. Written straight into the tables, in bulk: load_demo is the only
caller, and a test checks the outcome against coverage and folders worked out from nothing.
"""
