"""The cities that customers have."""

from __future__ import annotations

from customers.querysets import CustomerQuerySet
from folders.names import sort_key
from spotilla.sql import Rows, execute

# From each city to the next through the index.
_CITIES = """
WITH RECURSIVE cities(city) AS (
  SELECT MIN(c.city) FROM (%(customers)s) c WHERE c.city > ''
  UNION ALL SELECT (SELECT MIN(c.city) FROM (%(customers)s) c WHERE c.city > n.city)
              FROM cities n WHERE n.city IS NOT NULL)
SELECT city FROM cities WHERE city IS NOT NULL"""


def list_cities(customers: CustomerQuerySet) -> list[str]:
    """The cities of some customers, in Finnish order. One query."""
    found = [city for (city,) in execute(_CITIES, customers=Rows.of(customers, "city"))]
    return sorted(found, key=lambda city: (sort_key(city), city))
