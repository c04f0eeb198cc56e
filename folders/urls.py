"""The routes of folders and spots, each by hand."""

from django.urls import path

from customers.importing_folders.spec import FOLDERS
from folders.importing_spots.spec import SPOTS
from folders.views import changes, exporting, folders, spots, tree
from sheets.pages.routes import import_routes

app_name = "folders"
urlpatterns = [
    path("folders/", tree.folder_list, name="list"),
    path("folders/new/", changes.folder_new, name="new"),
    path("folders/export/", exporting.export_folders, name="export"),
    *import_routes(FOLDERS, "folders/"),
    path("folders/choices/", tree.folder_choices, name="folder_choices"),
    path("folders/<int:pk>/", folders.detail, name="detail"),
    path("folders/<int:pk>/branch/", tree.branch, name="branch"),
    path("folders/<int:pk>/spots/", folders.folder_spots, name="folder_spots"),
    path("folders/<int:pk>/history/", folders.history, name="history"),
    path("folders/<int:pk>/new/", changes.folder_new, name="new_below"),
    path("folders/<int:pk>/spots/new/", changes.spot_new, name="new_spot"),
    path("folders/<int:pk>/edit/", changes.folder_edit, name="edit"),
    path("folders/<int:pk>/move/", changes.folder_move, name="move"),
    path("folders/<int:pk>/delete/", changes.folder_delete, name="delete"),
    path("spots/", spots.spot_list, name="spots"),
    path("spots/choices/", tree.spot_choices, name="spot_choices"),
    path("spots/export/", exporting.export_spots, name="spots_export"),
    *import_routes(SPOTS, "spots/"),
    path("spots/<int:pk>/", spots.spot_detail, name="spot"),
    path("spots/<int:pk>/edit/", changes.spot_edit, name="edit_spot"),
    path("spots/<int:pk>/move/", changes.spot_move, name="move_spot"),
    path("spots/<int:pk>/delete/", changes.spot_delete, name="delete_spot"),
]
