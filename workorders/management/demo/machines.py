"""The spots of a large demo: on each site as many and of the sorts that such a place has, told apart by a number, an
address or a serial number, so that half a million names are different and a search finds what it should.
"""

from __future__ import annotations

from collections import Counter
from itertools import cycle, islice

from workorders.management.demo.plan import City
from workorders.management.demo.sites import any_state
from workorders.management.demo.size import SPOTS_OF_REGISTERED

# What a site has more of, in turn: name, kind. {n} counts in the folder, {at} is its address, {serial} is the city's.
MACHINES: dict[str, list[tuple[str, str]]] = {
    "stairs": [
        ("Asunto {n}, {at}", "home"),
        ("Vesimittari VM-{serial}", "meter"),
        ("Asunto {n}, {at}", "home"),
        ("Palo-ovi PO-{serial}", "door"),
        ("Asunto {n}, {at}", "home"),
        ("Siivottava kerros {n}, {at}", "cleaning"),
        ("Hissi {n}, {at}", "lift"),
        ("Ryhmäkeskus RK{n}, {at}", "electric"),
    ],
    "floor": [
        ("Käytävä {n}, {at}", "cleaning"),
        ("Asunto {n}, {at}", "home"),
        ("Käsisammutin KS-{serial}", "safety"),
        ("Huoneistomittari HM-{serial}", "meter"),
    ],
    "premises": [
        ("Toimitila {n}, {at}", "cleaning"),
        ("Ilmalämpöpumppu ILP-{serial}", "ventilation"),
        ("Käsisammutin KS-{serial}", "safety"),
        ("Ulko-ovi {n}, {at}", "door"),
        ("Kylmäkone KK-{serial}", "machine"),
    ],
    "cellar": [
        ("Lämmönvaihdin LV{n}, {at}", "heating"),
        ("Ilmanvaihtokone TK-{serial}", "ventilation"),
        ("Väestönsuojan ovi {n}, {at}", "door"),
        ("Kiertovesipumppu P-{serial}", "heating"),
    ],
    "grounds": [
        ("Kulkuväylä {n}, {at}", "yard"),
        ("Nurmialue {n}, {at}", "lawn"),
        ("Pysäköintirivi {n}, {at}", "yard"),
        ("Pihavalo PV-{serial}", "electric"),
        ("Keinu tai kiipeilyteline {n}, {at}", "playground"),
    ],
    "school": [
        ("Luokka {n}, {at}", "cleaning"),
        ("Ilmanvaihtokone TK-{serial}", "ventilation"),
        ("Luokka {n}, {at}", "cleaning"),
        ("Palo-ovi PO-{serial}", "door"),
        ("Käsisammutin KS-{serial}", "safety"),
    ],
    "hall": [
        ("Siltanosturi SN-{serial}", "machine"),
        ("Nosto-ovi {n}, {at}", "machine"),
        ("Paineilmakompressori PK-{serial}", "machine"),
        ("Työpiste {n}, {at}", "cleaning"),
        ("Sähkökeskus SK{n}, {at}", "electric"),
    ],
    "house": [("Lämmityslaite {n}, {at}", "heating"), ("Palovaroitin PV-{serial}", "safety")],
    "office": [("Työhuone {n}, {at}", "cleaning"), ("Käsisammutin KS-{serial}", "safety")],
    "depot": [("Ajoneuvo AJ-{serial}", "equipment"), ("Työkone TY-{serial}", "equipment")],
}


def equip(city: City) -> None:
    """Spots by chance on all sites, until the city has as many as its size says."""
    wanted = city.size.spots + SPOTS_OF_REGISTERED * city.size.register
    missing = max(0, wanted - len(city.points))
    amounts = Counter(city.rng.choices(range(len(city.sites)), k=missing))
    serial = 100_000 * (city.number + 1)
    for number, amount in sorted(amounts.items()):
        folder, site = city.sites[number]
        seen: Counter[str] = Counter()
        for name, kind in islice(cycle(MACHINES[site]), amount):
            serial += 1
            seen[name] += 1
            city.spot(name.format(n=seen[name], at=folder.at, serial=serial), kind, folder, any_state(city))
