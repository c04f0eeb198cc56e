"""Whom the company works for in one city, and where: customers, their folders, and the spots in them."""

from __future__ import annotations

from customers.models import Customer
from folders.models import Spot
from workorders.management.demo import names
from workorders.management.demo.jobs import SPOTS
from workorders.management.demo.plan import City, Node

Type = Customer.Type


def fill(city: City) -> dict[str, Node]:
    """Everything that stands in the city. Returns the folders that history happens to, by their part in the story."""
    top = city.folder(city.name)
    story = {"city": top}
    _housing(city, top, story)
    _municipality(city, top, story)
    _industry(city, top, story)
    _private_houses(city, top, story)
    _own(city, top, story)
    _nobody(city, top)
    return story


def customer(city: City, part: str, name: str, kind: str, **fields: object) -> Customer:
    """A customer with addresses and numbers; internal and private ones have no business ID, and no e-invoices."""
    place = {"postcode": f"{city.postcode + 10 * city.rng.randrange(9):05}", "city": city.name}
    made = Customer(
        name=name,
        customer_type=kind,
        customer_number=str(next(city.numbers)),
        street=names.street(city.rng),
        phone=names.phone(city.rng),
        payment_term_days=city.rng.choice([14, 14, 21, 30]),
        **place | fields,
    )
    if kind in {Type.COMPANY, Type.HOUSING} or (kind == Type.PUBLIC and part == "city"):
        made.business_id = next(city.ids)
        made.email = f"laskut@{names.plain(name)[:50].rstrip('-')}.example"
        made.einvoice_address = f"0037{made.business_id.replace('-', '')}"
        made.einvoice_operator = "ESIMERKKIOPERAATTORI"
        made.reference = f"Sopimus {city.rng.randrange(100, 999)}"
    city.customers[part] = made
    return made


def any_state(city: City) -> str:
    """A spot's state, as frequent as in life."""
    return city.rng.choices(list(Spot.State), [94, 2, 2, 2])[0]


def _spots(city: City, folder: Node, site: str, amount: int) -> None:
    city.sites.append((folder, site))
    for name, kind in SPOTS[site][: max(1, amount)]:
        city.spot(name, kind, folder, any_state(city))


def _housing(city: City, top: Node, story: dict[str, Node]) -> None:
    """Property managers above, their housing companies below: the work of these is shared."""
    for m, manager in enumerate(names.firms(names.MANAGERS, city.number, city.name, 2)):
        owner = customer(city, f"manager {m}", manager, Type.COMPANY)
        folder = city.folder(manager.removesuffix(" Oy Ab").removesuffix(" Oy").removesuffix(" Ab"), top)
        story[f"manager {m}"] = folder
        city.attach(owner, folder)
        for h in range(city.some(5, 2)):
            _housing_company(city, folder, next(city.houses), f"house {m}.{h}", owner, story)


def _housing_company(city: City, above: Node, name: str, part: str, manager: Customer, story: dict[str, Node]) -> None:
    billing = {"billing_street": f"c/o {manager.name}, {manager.street}"}
    billing |= {"billing_postcode": manager.postcode, "billing_city": manager.city}
    owner = customer(city, part, name, Type.HOUSING, **billing if city.rng.random() < 0.6 else {})
    folder = city.folder(name, above, f"{owner.street}, {owner.postcode} {owner.city}", at=owner.street)
    story[part] = folder
    city.attach(owner, folder, city.today.replace(year=city.today.year - city.rng.randrange(3, 9), month=1, day=1))
    grounds = city.folder("Piha-alueet", folder)
    _spots(city, grounds, "grounds", city.rng.randrange(2, 5))
    for letter in "AB"[: city.rng.randrange(1, 3)]:
        stairs = city.folder(f"{letter}-rappu", folder, at=f"{owner.street} {letter}")
        story[f"{part} {letter}"] = stairs
        _spots(city, stairs, "stairs", city.rng.randrange(2, 6))


def _municipality(city: City, top: Node, story: dict[str, Node]) -> None:
    """A city above, its divisions below: they share its business ID, so they are kept without one."""
    name = f"{city.genitive} kaupunki"
    whole = customer(city, "city", name, Type.PUBLIC)
    folder = story["municipality"] = city.folder(name, top)
    city.attach(whole, folder)
    for d, division in enumerate(names.DIVISIONS[: city.some(4, 2)]):
        part = customer(city, f"division {d}", f"{name}, {division}", Type.PUBLIC, notes="Y-tunnus on kaupungin.")
        below = city.folder(division.capitalize(), folder)
        story[f"division {d}"] = below
        city.attach(part, below)
    for d, day_care in enumerate(city.rng.sample(names.DAY_CARES, city.some(4, 1))):
        name = f"Päiväkoti {day_care}"
        story[f"day care {d}"] = city.folder(name, story["division 1"], at=name)
        _spots(city, story[f"day care {d}"], "school", 3)
    for s, school in enumerate(city.rng.sample(names.SCHOOLS, city.some(4, 1))):
        story[f"school {s}"] = city.folder(school, story["division 1"], at=school)
        _spots(city, story[f"school {s}"], "school", 6)
    story["town hall"] = city.folder("Kaupungintalo", story["division 0"])
    _spots(city, story["town hall"], "office", 2)
    if "division 2" in story:
        _spots(city, city.folder("Torialue ja rantaraitti", story["division 2"]), "grounds", 4)


def _industry(city: City, top: Node, story: dict[str, Node]) -> None:
    folder = story["industry"] = city.folder("Teollisuus", top)
    for c, name in enumerate(names.firms(names.COMPANIES, city.number, city.name, 4)[: city.some(4, 3)]):
        owner = customer(city, f"company {c}", name, Type.COMPANY)
        site = city.folder(f"{owner.street} – tuotantolaitos", folder, at=owner.street)
        story[f"company {c}"] = site
        for hall in range(1, city.rng.randrange(2, 4)):
            _spots(city, city.folder(f"Halli {hall}", site), "hall", city.rng.randrange(3, 7))


def _private_houses(city: City, top: Node, story: dict[str, Node]) -> None:
    folder = city.folder("Omakotitalot", top)
    for p in range(city.some(5, 3)):
        name = next(city.people)
        owner = customer(city, f"person {p}", name, Type.PERSON, email=names.address_of(name, city.name))
        story[f"person {p}"] = city.folder(owner.street, folder, at=owner.street)
        _spots(city, story[f"person {p}"], "house", 3)


def _own(city: City, top: Node, story: dict[str, Node]) -> None:
    """The company's own organisation and its cost centres, which are charged inside the house."""
    organisation = customer(city, "own", f"Kataja Kiinteistöhuolto, {city.genitive} toimipiste", Type.ORGANISATION)
    folder = city.folder("Omat tilat", top)
    city.attach(organisation, folder)
    for c, (name, site) in enumerate((("Toimisto", "office"), ("Kalusto", "depot"), ("Varasto", "office"))):
        centre = customer(city, f"cost centre {c}", f"Kustannuspaikka {name.lower()}, {city.name}", Type.COST_CENTRE)
        story[name] = city.folder(name, folder, at=f"{name.lower()}, {city.name}")
        city.attach(centre, story[name])
        _spots(city, story[name], site, 3)


def _nobody(city: City, top: Node) -> None:
    """Folders that nobody owns: what is done there is unowned until somebody is attached."""
    folder = city.folder("Kohteet ilman asiakasta", top)
    for name in ("Entinen varikko", "Yhteiskäyttöranta", "Sopimusta odottavat")[: city.some(3, 2)]:
        _spots(city, city.folder(name, folder, at=f"{name.lower()}, {city.name}"), "grounds", 3)
