"""The import of folders, as far as the tree goes: columns, plan, lists that are pasted. It is saved where coverage is
(customers.importing_folders), which new folders take.
"""
