"""The demo's company: a Finnish maintenance firm, city by city, with two years of work that end yesterday.

`names` and `jobs` hold words; `plan` is a city before it is saved; `sites`, `history`, `contacts`, `orders` and `work`
fill it; `people` are the firm's own. Written straight into the tables, in bulk: load_demo is the only caller, and a
test checks the outcome against coverage and folders worked out from nothing.
"""
