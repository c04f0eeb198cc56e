"""The pages of an import, the same for every thing: an app lists them among its routes by `routes.import_routes`."""
