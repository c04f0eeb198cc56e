"""What is done and what is reported, by the kind of the spot and the season."""

from __future__ import annotations

from typing import NamedTuple

ALL_YEAR = frozenset(range(1, 13))
SNOW = frozenset({11, 12, 1, 2, 3})
GROWING = frozenset({5, 6, 7, 8, 9})
HEATING = frozenset({9, 10, 11, 12, 1, 2, 3, 4})
SPRING = frozenset({4, 5})
AUTUMN = frozenset({9, 10, 11})


class Job(NamedTuple):
    """A kind of task: whose job it is, when in the year, how long it takes."""

    name: str
    role: str
    months: frozenset[int]
    least: int  # minutes
    most: int
    weight: int = 1


JOBS: dict[str, list[Job]] = {
    "yard": [
        Job("Lumityöt ja hiekoitus", "Viheralueet", SNOW, 30, 240, 12),
        Job("Hiekannosto ja pihan harjaus", "Viheralueet", SPRING, 60, 300, 3),
        Job("Pihakierros", "Huolto", ALL_YEAR, 15, 45, 2),
        Job("Sadevesikaivojen tyhjennys", "Huolto", AUTUMN, 30, 120),
    ],
    "lawn": [
        Job("Nurmikon leikkuu", "Viheralueet", GROWING, 40, 180, 10),
        Job("Lehtien haravointi", "Viheralueet", AUTUMN, 60, 240, 4),
        Job("Pensasaitojen leikkuu", "Viheralueet", frozenset({6, 8}), 45, 150, 2),
        Job("Nurmikon lannoitus", "Viheralueet", frozenset({5}), 30, 90),
    ],
    "playground": [
        Job("Leikkivälineiden turvatarkastus", "Huolto", GROWING | SPRING, 30, 90),
        Job("Hiekkalaatikon hiekan vaihto", "Viheralueet", SPRING, 60, 180),
    ],
    "heating": [
        Job("Lämmönjakohuoneen kuukausitarkastus", "LVI", ALL_YEAR, 20, 60, 3),
        Job("Pattereiden ilmaus", "LVI", HEATING, 30, 120),
        Job("Lämmityskäyrän säätö", "LVI", HEATING, 15, 45),
    ],
    "ventilation": [
        Job("Ilmanvaihtokoneen suodattimien vaihto", "LVI", frozenset({3, 4, 9, 10}), 45, 120, 3),
        Job("Ilmanvaihtokoneen tarkastus", "LVI", ALL_YEAR, 20, 60),
    ],
    "lift": [
        Job("Hissin viikkotarkastus", "Huolto", ALL_YEAR, 10, 20, 3),
        Job("Hissin hätäpuhelimen koestus", "Sähkö", ALL_YEAR, 10, 30),
    ],
    "electric": [
        Job("Sähkökeskuksen lämpökuvaus", "Sähkö", ALL_YEAR, 60, 180),
        Job("Ulkovalaistuksen lamppujen vaihto", "Sähkö", AUTUMN | SNOW, 20, 90, 2),
        Job("Poistumisvalojen koestus", "Sähkö", ALL_YEAR, 20, 60),
    ],
    "cleaning": [
        Job("Porras- ja aulasiivous", "Siivous", ALL_YEAR, 60, 180, 6),
        Job("Ikkunoiden pesu", "Siivous", frozenset({4, 5, 9}), 120, 480),
        Job("Lattioiden vahaus", "Siivous", frozenset({6, 7}), 180, 480),
    ],
    "machine": [
        Job("Määräaikaishuolto", "Huolto", ALL_YEAR, 60, 300, 2),
        Job("Koneen turvatarkastus", "Huolto", ALL_YEAR, 30, 90),
    ],
    "equipment": [
        Job("Kaluston viikkohuolto", "Huolto", ALL_YEAR, 20, 60),
        Job("Öljynvaihto", "Huolto", ALL_YEAR, 45, 90),
    ],
    "home": [
        Job("Vesikalusteiden tarkastus", "LVI", ALL_YEAR, 15, 45, 3),
        Job("Palovaroittimen vaihto", "Sähkö", ALL_YEAR, 10, 20, 2),
        Job("Ilmanvaihtoventtiilien puhdistus", "Siivous", ALL_YEAR, 20, 60),
    ],
    "meter": [
        Job("Mittarin luenta", "Huolto", ALL_YEAR, 5, 15, 4),
        Job("Mittarin vaihto", "LVI", ALL_YEAR, 30, 60),
    ],
    "door": [
        Job("Oven ja lukituksen huolto", "Huolto", ALL_YEAR, 15, 45, 2),
        Job("Ovipumpun säätö", "Huolto", ALL_YEAR, 10, 30),
    ],
    "safety": [
        Job("Käsisammuttimen tarkastus", "Huolto", ALL_YEAR, 10, 20, 2),
        Job("Savunpoistoluukun koestus", "Sähkö", ALL_YEAR, 20, 60),
    ],
    "lights": [
        Job("Katuvalaisimien vaihto", "Sähkö", AUTUMN | SNOW, 20, 90, 2),
        Job("Katuvalokeskuksen tarkastus", "Sähkö", ALL_YEAR, 20, 60),
    ],
}
YEAR_ROUND = frozenset(kind for kind, jobs in JOBS.items() if any(job.months == ALL_YEAR for job in jobs))


def in_month(kind: str, month: int) -> list[Job]:
    """What is done in a month on a spot of this kind, each job as often as it weighs. Empty for lawns in winter."""
    return [job for job in JOBS[kind] if month in job.months for _ in range(job.weight)]


# Names, kind: what stands on a site of this sort.
SPOTS: dict[str, list[tuple[str, str]]] = {
    "stairs": [
        ("Hissi", "lift"),
        ("Lämmönjakohuone", "heating"),
        ("Porrashuone", "cleaning"),
        ("Sähköpääkeskus", "electric"),
        ("Ilmanvaihtokone TK01", "ventilation"),
    ],
    "grounds": [
        ("Piha ja kulkuväylät", "yard"),
        ("Pysäköintialue", "yard"),
        ("Nurmialueet", "lawn"),
        ("Leikkipaikka", "playground"),
    ],
    "school": [
        ("Piha", "yard"),
        ("Nurmikenttä", "lawn"),
        ("IV-konehuone", "ventilation"),
        ("Liikuntasali", "cleaning"),
        ("Leikkikenttä", "playground"),
        ("Lämmönjakohuone", "heating"),
    ],
    "hall": [
        ("Siltanosturi 5 t", "machine"),
        ("Nosto-ovi 1", "machine"),
        ("Paineilmakompressori", "machine"),
        ("Sähkökeskus SK2", "electric"),
        ("Toimisto- ja sosiaalitilat", "cleaning"),
        ("Lastauspiha", "yard"),
    ],
    "house": [("Piha", "yard"), ("Nurmikko", "lawn"), ("Maalämpöpumppu", "heating")],
    "office": [("Toimistotilat", "cleaning"), ("Hätäpoistumistiet", "electric")],
    "depot": [
        ("Ajoleikkuri Viima 320", "equipment"),
        ("Rakennuskuivain", "equipment"),
        ("Lumilinko Pöly", "equipment"),
    ],
}

KINDS: dict[str, list[tuple[str, frozenset[int]]]] = {
    "Vikailmoitus": [
        ("Ulko-ovi ei lukitu", ALL_YEAR),
        ("Porrasvalo ei syty", ALL_YEAR),
        ("Hana tippuu pesutuvassa", ALL_YEAR),
        ("Hissi pysähtyi kerrosten väliin", ALL_YEAR),
    ],
    "Lämmitys ja vesi": [
        ("Patteri pysyy kylmänä", HEATING),
        ("Vettä lattialla lämmönjakohuoneessa", ALL_YEAR),
        ("Lämmin vesi loppuu kesken", ALL_YEAR),
    ],
    "Piha ja lumityöt": [
        ("Kulkuväylä on hiekoittamatta", SNOW),
        ("Pihavalo ei syty", ALL_YEAR),
        ("Katolta putoaa lunta jalkakäytävälle", SNOW),
        ("Nurmikko on leikkaamatta", GROWING),
        ("Kaatunut puu pihatiellä", AUTUMN),
    ],
    "Siivous": [("Porraskäytävä on siivoamatta", ALL_YEAR), ("Töhryjä seinässä", ALL_YEAR)],
    "Avaimet ja lukitus": [("Avain katosi", ALL_YEAR), ("Oven avaus asukkaalle", ALL_YEAR)],
    "Muu": [("Muuttoilmoitus", ALL_YEAR), ("Kysymys laskusta", ALL_YEAR), ("Roska-auto ei käynyt", ALL_YEAR)],
}
