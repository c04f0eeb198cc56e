"""Many rows at once, for counting queries: what the operations would make, without making them one by one."""

from datetime import date

from folders.models import Folder, Placement, Spot, SpotPlacement
from tests import factories
from workorders.models import Task


def many_folders(number: int, parent: Folder | None = None, name: str = "Kohde") -> list[Folder]:
    made = Folder.objects.bulk_create([Folder(name=f"{name} {n}", parent=parent) for n in range(number)])
    Placement.objects.bulk_create([Placement(folder=folder, parent=parent) for folder in made])
    return made


def many_spots(number: int, folder: Folder) -> list[Spot]:
    """Each with one overdue task."""
    made = Spot.objects.bulk_create([Spot(name=f"Hissi {n}", folder=folder) for n in range(number)])
    SpotPlacement.objects.bulk_create([SpotPlacement(spot=spot, folder=folder) for spot in made])
    role, due = factories.role(), date(2020, 1, 1)
    Task.objects.bulk_create([Task(name="Huolto", spot=s, folder=folder, role=role, due_on=due) for s in made])
    return made
