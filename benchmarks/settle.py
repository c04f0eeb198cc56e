"""What a database does by itself after a while: statistics, and on PostgreSQL the map of what all may see."""

from benchmarks.timing import set_up

set_up()

from django.db import connection

with connection.cursor() as cursor:
    cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")
