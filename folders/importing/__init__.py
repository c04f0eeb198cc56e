"""What the imports of folders and of spots share: rows of our own exports that say what they change, and undoing."""
