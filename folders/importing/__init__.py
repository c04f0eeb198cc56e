"""Spots from a filled sheet: `judging` says what each row would do, `saving` does it, `thing` describes them."""
