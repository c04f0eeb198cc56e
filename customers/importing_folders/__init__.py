"""The import of folders, planned in folders.importing_folders: save and spec, since new folders take coverage."""
