"""Contacts from a filled sheet: `finding` says which customers a cell means, `people` who a row is about, `judging`
what it would do, and `save` does it; `spec` describes them.
"""
