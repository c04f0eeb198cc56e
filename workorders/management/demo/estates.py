"""What the cities of a large demo have besides their own: property managers by district with housing companies of
several buildings, schools with their kitchens, business parks, and a register of single sites. Folders lie five to
eight deep, and customers are attached on three levels of one path, such as manager – housing company – shop.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from customers.models import Customer
from workorders.management.demo import names
from workorders.management.demo.history import mid_month
from workorders.management.demo.plan import City, Node
from workorders.management.demo.sites import customer
from workorders.management.demo.size import BRANCH, SPOTS_OF_REGISTERED

Type = Customer.Type
HANDED_OVER = 0.15  # of attachments
WITH_FLOORS, WITH_SHOP, WITH_KITCHEN = 0.3, 0.6, 0.6  # of staircases, of buildings, of schools
SCHOOLS_IN_AREA, PROPERTIES_IN_PARK = 6, 5


@dataclass
class Estates:
    """What has been built, and what the next building belongs to."""

    story: dict[str, Node]
    names_of_shops: Iterator[str]
    names_of_managers: Iterator[str]
    names_of_schools: Iterator[str]
    names_of_places: Iterator[str]
    districts: list[Node] = field(default_factory=list)  # of all new managers
    branch: int = 0  # folders below the newest manager
    houses: list[Node] = field(default_factory=list)
    schools: list[Node] = field(default_factory=list)
    properties: list[Node] = field(default_factory=list)


def grow(city: City, story: dict[str, Node]) -> Estates:
    """Estates until the city has as many folders as its size says."""
    managers = names.property_managers(city.rng, city.genitive)
    estates = Estates(story, names.small_firms(city.rng), managers, names.schools(city.rng), names.places(city.rng))
    _register(city, story)
    while len(city.nodes) < city.size.folders + city.size.register:
        build = city.rng.choices([_housing_company, _school, _property], [6, 2, 1])[0]
        build(city, estates)
    return estates


def _contract(city: City, made: Customer, folder: Node) -> None:
    """Attach a customer; now and then in mid-month, after another of its kind that had the folder before."""
    since = city.ago(city.rng.randrange(800, 4000))
    if city.rng.random() < HANDED_OVER:
        others = [
            other
            for other in city.customers.values()
            if other.customer_type == made.customer_type and other is not made and other.closed_on is None
        ]
        day = mid_month(city, city.rng.randrange(40, 700))
        city.attach(city.rng.choice(others), folder, since, day)
        since = day
    city.attach(made, folder, since)


def _site(city: City, sort: str, name: str, above: Node, at: str = "") -> Node:
    """A folder with spots: how many and which is told later, by machines.equip."""
    folder = city.folder(name, above, at=at)
    city.sites.append((folder, sort))
    return folder


def _shop(city: City, estates: Estates, above: Node, name: str) -> None:
    """Premises with a customer of their own, who pays for what is done there."""
    part = f"shop {len(city.nodes)}"
    folder = estates.story[part] = _site(city, "premises", name, above, f"{above.at}, {name.lower()}")
    _contract(city, customer(city, part, next(estates.names_of_shops), Type.COMPANY), folder)


# ---- housing ---------------------------------------------------------------------------------------------------------


def _manager(city: City, estates: Estates) -> None:
    number = sum(part.startswith("manager") for part in city.customers)
    part, name = f"manager {number}", next(estates.names_of_managers)
    folder = estates.story[part] = city.folder(name.removesuffix(" Oy"), estates.story["city"])
    _contract(city, customer(city, part, name, Type.COMPANY), folder)
    estates.districts += [city.folder(district, folder) for district in city.rng.sample(names.DISTRICTS, 3)]
    estates.branch = 0


def _housing_company(city: City, estates: Estates) -> None:
    """A housing company in a district of the newest property manager; when that has enough, of the next one."""
    first = len(estates.districts) <= 3
    if not estates.districts or estates.branch >= (city.size.branch if first else BRANCH):
        _manager(city, estates)
    before = len(city.nodes)
    part = f"house {sum(part.startswith('manager') for part in city.customers) - 1}.{before}"
    owner = customer(city, part, next(city.houses), Type.HOUSING)
    address = f"{owner.street}, {owner.postcode} {owner.city}"
    house = city.folder(owner.name, city.rng.choice(estates.districts[-3:]), address, at=owner.street)
    estates.story[part] = house
    estates.houses.append(house)
    _contract(city, owner, house)
    _site(city, "grounds", "Piha-alueet", house)
    letters = iter("ABCDEF")
    for number in range(1, city.rng.randrange(2, 4)):
        _building(city, estates, house, number, [next(letters) for _ in range(city.rng.randrange(1, 4))])
    estates.branch += len(city.nodes) - before


def _building(city: City, estates: Estates, house: Node, number: int, letters: list[str]) -> None:
    building = city.folder(f"Talo {number}", house, at=f"{house.at} talo {number}")
    _site(city, "cellar", "Kellari", building)
    for letter in letters:
        stairs = _site(city, "stairs", f"{letter}-rappu", building, f"{house.at} {letter}")
        highest = 2 if city.rng.random() < WITH_FLOORS else 0
        floors = [_site(city, "floor", f"{n}. kerros", stairs, f"{stairs.at}, {n}. krs") for n in range(1, highest + 1)]
        if letter == letters[0] and city.rng.random() < WITH_SHOP:
            _shop(city, estates, floors[0] if floors else stairs, f"Liiketila {len(city.nodes) % 90 + 1}")


# ---- the municipality and firms --------------------------------------------------------------------------------------


def _school(city: City, estates: Estates) -> None:
    """A school of the second division by area, itself a cost centre; its kitchen is a firm's."""
    number = len(estates.schools)
    if number % SCHOOLS_IN_AREA == 0:
        name = f"{names.DISTRICTS[number // SCHOOLS_IN_AREA % len(names.DISTRICTS)]}, koulut"
        estates.story["schools"] = city.folder(name, estates.story["division 1"])
    name = next(estates.names_of_schools)
    part = f"school {number} of area"
    school = estates.story[part] = city.folder(name, estates.story["schools"], at=name)
    estates.schools.append(school)
    _contract(city, customer(city, f"cost centre {part}", f"Kustannuspaikka {name}", Type.COST_CENTRE), school)
    _site(city, "grounds", "Piha", school)
    for letter in "AB"[: city.rng.randrange(1, 3)]:
        building = _site(city, "school", f"{letter}-rakennus", school, f"{name} {letter}")
        floors = [
            _site(city, "school", f"{n}. kerros", building, f"{building.at}, {n}. krs")
            for n in range(1, city.rng.randrange(2, 4))
        ]
        if letter == "A" and city.rng.random() < WITH_KITCHEN:
            _shop(city, estates, floors[0], "Keittiö")


def _property(city: City, estates: Estates) -> None:
    """Halls of a firm in a business park, their premises let to others."""
    number = len(estates.properties)
    if number % PROPERTIES_IN_PARK == 0:
        estates.story["park"] = city.folder(f"Yrityspuisto {next(estates.names_of_places)}", estates.story["industry"])
    part = f"property {number}"
    owner = customer(city, part, f"Kiinteistö Oy {city.genitive} {next(estates.names_of_places)}", Type.COMPANY)
    folder = estates.story[part] = city.folder(owner.name, estates.story["park"], owner.street, at=owner.street)
    estates.properties.append(folder)
    _contract(city, owner, folder)
    _site(city, "grounds", "Piha-alueet", folder)
    for hall in range(1, city.rng.randrange(2, 4)):
        below = _site(city, "hall", f"Halli {hall}", folder, f"{folder.at} halli {hall}")
        for unit in range(1, city.rng.randrange(2, 4)):
            _shop(city, estates, below, f"Tila {unit}")


def _register(city: City, story: dict[str, Node]) -> None:
    """Thousands of single sites side by side: a page of the tree for which a list of all children is too long."""
    if city.size.register:
        above = city.folder("Katuvalokeskukset", story["division 2"])
        for number in range(1, city.size.register + 1):
            place = names.street(city.rng)
            below = city.folder(f"Katuvalokeskus JK-{number:05} {place}", above, at=place)
            sorts = [(f"Ohjauskeskus JK-{number:05}", "electric"), (f"Valaisinryhmä VR-{number:05}, {place}", "lights")]
            for name, kind in sorts[:SPOTS_OF_REGISTERED]:
                city.spot(name, kind, below)
