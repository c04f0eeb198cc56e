"""A fifth thing that can be imported, in the rooms that docs/importing.md names: the kinds of service requests."""
