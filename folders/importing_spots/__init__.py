"""The import of spots: columns, plan, save, spec."""
