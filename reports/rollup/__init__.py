"""The sums of reports, in SQL that the ORM cannot say: whose each item of work is, on the item's own day.

Every statement stands on two relations. `event` is the work that a source gives (reports.measures), as the reader may
see it: id, folder, label (work order or kind), day and the amounts of its measures. `work` says whose it is. Each
function is one query, whatever the number of customers, folders and items.

relations       the parts that statements are made of
one_customer    each item that one customer collects, once, with the attachment that brought it
all_customers   work is added up by folder before it is asked whose it is
orders          of work orders
figure_rows     the items themselves, for the rows behind a figure
"""

from reports.rollup.all_customers import Asked, Owners, collectors, owners
from reports.rollup.one_customer import Daily, Line, Path, Place, Ways, collected, daily, lines, ways
from reports.rollup.orders import Part, of_order, orders
from reports.rollup.relations import Amounts, Relations

__all__ = [
    "Amounts",
    "Asked",
    "Daily",
    "Line",
    "Owners",
    "Part",
    "Path",
    "Place",
    "Relations",
    "Ways",
    "collected",
    "collectors",
    "daily",
    "lines",
    "of_order",
    "orders",
    "owners",
    "ways",
]
