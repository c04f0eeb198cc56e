"""Words of the demo and numbers that go with them. E-mails end in .example; phones and business IDs are nobody's."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from itertools import count
from random import Random

from customers.business_id import check_digit

CITIES = [  # name, genitive, first postcode
    ("Helsinki", "Helsingin", 100),
    ("Porvoo", "Porvoon", 6100),
    ("Tampere", "Tampereen", 33100),
    ("Jyväskylä", "Jyväskylän", 40100),
    ("Espoo", "Espoon", 2100),
    ("Turku", "Turun", 20100),
    ("Oulu", "Oulun", 90100),
    ("Hämeenlinna", "Hämeenlinnan", 13100),
    ("Seinäjoki", "Seinäjoen", 60100),
    ("Vaasa", "Vaasan", 65100),
    ("Kuopio", "Kuopion", 70100),
    ("Riihimäki", "Riihimäen", 11100),
    ("Lahti", "Lahden", 15100),
    ("Järvenpää", "Järvenpään", 4400),
    ("Rovaniemi", "Rovaniemen", 96100),
    ("Äänekoski", "Äänekosken", 44100),
    ("Kemijärvi", "Kemijärven", 98100),
    ("Raahe", "Raahen", 92100),
    ("Ähtäri", "Ähtärin", 63700),
    ("Lappeenranta", "Lappeenrannan", 53100),
    ("Pori", "Porin", 28100),
    ("Kotka", "Kotkan", 48100),
    ("Joensuu", "Joensuun", 80100),
    ("Mikkeli", "Mikkelin", 50100),
    ("Kouvola", "Kouvolan", 45100),
    ("Kokkola", "Kokkolan", 67100),
    ("Rauma", "Rauman", 26100),
    ("Kajaani", "Kajaanin", 87100),
    ("Savonlinna", "Savonlinnan", 57100),
    ("Kerava", "Keravan", 4200),
    ("Nokia", "Nokian", 37100),
    ("Ylöjärvi", "Ylöjärven", 33470),
    ("Kangasala", "Kangasalan", 36200),
    ("Raasepori", "Raaseporin", 10600),
    ("Imatra", "Imatran", 55100),
    ("Hyvinkää", "Hyvinkään", 5800),
    ("Lohja", "Lohjan", 8100),
    ("Pietarsaari", "Pietarsaaren", 68600),
    ("Iisalmi", "Iisalmen", 74100),
    ("Tornio", "Tornion", 95400),
]
MANAGERS = [
    "Isännöinti Virtanen Oy",
    "Isännöitsijätoimisto Mäkelä & Pöyhönen Oy",
    "Isännöinti Åkerlund Oy Ab",
    "Kiinteistöisännöinti Järvelä Oy",
    "Isännöintipalvelu Talotähti Oy",
    "Isännöinti Väinölä & Kumppanit Oy",
    "Disponentbyrå Södergård Ab",
    "Isännöinti Pihapiiri Oy",
]
HOUSES = [  # housing companies are called by what stands there
    "Käpylinna", "Päivänsäde", "Rantakallio", "Mäntymäki", "Ässäpiha", "Öljymäenrinne", "Kultarinne", "Tähtitorninmäki",
    "Sinisiipi", "Puistola", "Jääkärinkulma", "Lähteenreuna", "Hiidenportti", "Satakieli", "Myllytähti", "Kauppakulma",
    "Pääskylänpuisto", "Vaahteramäki", "Merikotka", "Yläpiha",
]  # fmt: skip
BEGINNINGS = [  # of the names of further ones, and of schools and parks
    "Kallio", "Koivu", "Lepo", "Meri", "Metsä", "Niitty", "Ohra", "Pelto", "Pihlaja", "Ruusu", "Saari", "Suvi", "Syys",
    "Tammi", "Tuomi", "Tuuli", "Vesi", "Vilja", "Vuori", "Öljy",
]  # fmt: skip
ENDINGS = {  # with their genitives
    "harju": "harjun", "kartano": "kartanon", "kulma": "kulman", "laakso": "laakson", "linna": "linnan",
    "mäki": "mäen", "niemi": "niemen", "piha": "pihan", "puisto": "puiston", "päivä": "päivän", "ranta": "rannan",
    "rinne": "rinteen", "torppa": "torpan", "valkama": "valkaman", "virta": "virran", "väylä": "väylän",
}  # fmt: skip
SWEDISH_HOUSES = ["Strandvägen 8", "Ängsbacken", "Åshöjden", "Björkhagen", "Sjöstjärnan", "Västergård"]
STREETS = [
    "Merituulenkuja", "Käpytie", "Puistokatu", "Asemakatu", "Rantatie", "Mäenpäänkatu", "Kirkkokatu", "Pöllönkuja",
    "Hämeentie", "Myllymäentie", "Säterinkatu", "Teollisuustie", "Länsiväylä", "Yrittäjänkatu", "Tehtaankatu",
    "Ratapihankatu", "Öljytehtaantie", "Koivukuja", "Västra gatan", "Ångfartygsgatan", "Ahjokatu", "Haapatie",
    "Jokikatu", "Kalevankatu", "Lukkarinkuja", "Mansikkapolku", "Neulastie", "Ojakatu", "Pajukuja", "Rauhankatu",
    "Sepänkatu", "Tähkätie", "Uittomiehentie", "Vaunukuja", "Ylätie", "Äyritie", "Strandgatan", "Björkstigen",
]  # fmt: skip
PARTS = ["Satamanrannan", "Kaarenpäänniemen", "Pohjoisrinteen", "Itäisen Jokirannan", "Linnanmäenharjun"]  # of a city
COMPANIES = [
    "Konepaja Mäkinen Oy", "Nordic Steel Components Oy Ab", "Sähköasennus Lähde Oy", "Elintarviketukku Pöytä Oy",
    "Puutuote Kärkkäinen Oy", "Logistiikkakeskus Väylä Oy", "Muovivalmiste Jäntti Oy", "Åbergs Mekaniska Verkstad Ab",
    "Pinnoitus Öhman Oy", "Painotalo Kirjasinpäivä Oy", "Kylmävarasto Huurre Oy", "Metallirakenne Sääksi Oy",
    "Leipomo Jyvä & Rouhe Oy", "Betonituote Järeä Oy", "Tekstiilipesula Höyry Oy", "Snickeri Ekholm Ab",
]  # fmt: skip
DIVISIONS = [
    "tilapalvelut",
    "sivistys ja kasvatus",
    "kadut ja puistot",
    "liikuntapalvelut",
    "hyvinvointipalvelut",
]
TRADES = [  # of small firms, before a surname
    "Parturi-kampaamo", "Kahvila", "Pizzeria", "Kukkakauppa", "Suutari", "Optikko", "Tilitoimisto", "Lakitoimisto",
    "Hammaslääkäriasema", "Fysioterapia", "Kuntosali", "Eläinlääkäri", "Autokorjaamo", "Rengasliike", "Maalausliike",
    "Putkiasennus", "Sähköliike", "Lasitus", "Kirjakauppa", "Ruokatalo", "Pitopalvelu", "Muuttopalvelu", "Ompelimo",
    "Valokuvaamo",
]  # fmt: skip
DISTRICTS = [
    "Keskusta", "Pohjoinen", "Itäinen", "Etelä", "Läntinen", "Satama", "Asemanseutu", "Kirkonmäki", "Harju",
    "Ranta-alue", "Yliopistonkulma", "Åkerudden",
]  # fmt: skip
DAY_CARES = ["Tuulikello", "Metsätähti", "Mörri-Möykky", "Pikku-Äänekoski", "Taikapolku", "Kissankello"]
SCHOOLS = ["Keskustan koulu", "Länsiharjun koulu", "Mäntykankaan koulu", "Sjöskogs skola", "Yhteiskoulu"]
FIRST_NAMES = [
    "Aino", "Väinö", "Päivi", "Mikko", "Åsa", "Jyrki", "Sari", "Göran", "Tuula", "Jani", "Kaisa", "Björn", "Hanna",
    "Pekka", "Märta", "Antti", "Eeva", "Olli-Pekka", "Sirpa", "Timo", "Anna-Leena", "Kari", "Minna", "Jörgen", "Heli",
    "Markku", "Outi", "Risto", "Saara", "Tapio", "Ulla", "Veikko", "Ylva", "Äijö", "Erkki", "Fredrik",
]  # fmt: skip
LAST_NAMES = [
    "Virtanen", "Mäkelä", "Hämäläinen", "Åström", "Pöysti", "Korhonen", "Nieminen", "Järvinen", "Sjöblom", "Laine",
    "Kärkkäinen", "Heikkinen", "Öberg", "Lehtonen", "Väisänen", "Rantanen", "Söderström", "Koskinen", "Ylönen", "Salmi",
    "Ahonen", "Backman", "Eskola", "Forsman", "Grönroos", "Hakala", "Ikonen", "Jokela", "Kettunen", "Lindqvist",
    "Manninen", "Niskanen", "Ollila", "Peltonen", "Räsänen", "Saarinen", "Tuominen", "Uotila", "Vuorinen", "Wikström",
]  # fmt: skip


def business_ids() -> Iterator[str]:
    """Business IDs with right check digits, each once, from numbers that have not been given to anybody."""
    for n in count():
        digits = str(9_100_000 + n * 7919 % 800_000)
        digit = check_digit(digits)
        if digit is not None:
            yield f"{digits}-{digit}"


def endless(rng: Random, names: list[str]) -> Iterator[str]:
    """All of `names` by chance; then each with a number, so that they never run out and none comes twice."""
    yield from rng.sample(names, len(names))
    for n in count(2):
        yield from (f"{name} {n}" for name in names)


def people(rng: Random) -> Iterator[str]:
    """Names of people of one city, none twice."""
    return endless(rng, [f"{first} {last}" for first in FIRST_NAMES for last in LAST_NAMES])


def small_firms(rng: Random) -> Iterator[str]:
    """Names of shops and workshops of one city, none twice."""
    return (f"{name} Oy" for name in endless(rng, [f"{trade} {last}" for trade in TRADES for last in LAST_NAMES]))


def property_managers(rng: Random, genitive: str) -> Iterator[str]:
    """Names of those of a large city that MANAGERS has no more of, none twice."""
    return (f"{genitive} Isännöinti {name} Oy" for name in endless(rng, LAST_NAMES))


def phone(rng: Random) -> str:
    return f"+35840555{rng.randrange(10_000):04}"


def plain(text: str) -> str:
    """`text` as it would stand in an address: small letters, digits and hyphens."""
    letters = unicodedata.normalize("NFKD", text.lower()).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", letters).strip("-")


def address_of(person: str, domain: str) -> str:
    """The e-mail of a person at a firm or, by the name of a town, at home."""
    return f"{'.'.join(plain(part) for part in person.split())}@{plain(domain)[:50].rstrip('-')}.example"


def firms(known: list[str], city: int, name: str, amount: int) -> list[str]:
    """The city's own out of `known`; when all have been taken, branches: “Konepaja Mäkinen Oy, Oulu”."""
    first = city * amount
    here = [known[n % len(known)] for n in range(first, first + amount)]
    return here if first + amount <= len(known) else [f"{firm}, {name}" for firm in here]


def street(rng: Random) -> str:
    return f"{rng.choice(STREETS)} {rng.randrange(1, 60)}"


def housing_companies(rng: Random, genitive: str) -> Iterator[str]:
    """Names of housing companies of one city: a long one and a Swedish one first, then ordinary ones, none twice."""
    if genitive == "Helsingin":
        yield "Asunto Oy Helsingin Lauttasaarenrannan Merituulenkuja 12"
    else:
        yield f"Asunto Oy {genitive} {rng.choice(PARTS)} {rng.choice(STREETS[:8])} {rng.randrange(2, 40)}"
    yield f"Bostads Ab {rng.choice(SWEDISH_HOUSES)}"
    for house in rng.sample(HOUSES, len(HOUSES)):
        yield f"As Oy {genitive} {house}"
    for house in places(rng):
        yield f"As Oy {genitive} {house}"


def places(rng: Random) -> Iterator[str]:
    """“Merimäki”, none twice."""
    return endless(rng, [beginning + ending for beginning in BEGINNINGS for ending in ENDINGS])


def schools(rng: Random) -> Iterator[str]:
    """“Merimäen koulu”, none twice."""
    return endless(rng, [f"{beginning}{ending} koulu" for beginning in BEGINNINGS for ending in ENDINGS.values()])
