"""django-tasks-db's worker, that lives on while the database is away or kept by another that writes.

The log has it when it begins to wait and when it goes on.
"""

from __future__ import annotations

import logging
import time
from typing import Any

from django.db import DatabaseError, InterfaceError, connection
from django_tasks_db.management.commands import db_worker

from spotilla.availability import is_unavailable
from spotilla.job_locks import as_worker
from spotilla.logs import shown_error

logger = logging.getLogger(__name__)

WAIT = 2  # seconds until the database is asked again


class LastingWorker(db_worker.Worker):
    def run(self) -> None:
        """Keeps one connection, which holds the sign that a worker is alive; with a new one the sign is taken anew."""
        connection.settings_dict.update(CONN_MAX_AGE=None, CONN_HEALTH_CHECKS=False)
        waits = False
        while True:
            try:
                with as_worker():
                    if waits:
                        logger.info("The worker goes on")
                    waits = False
                    super().run()
                return
            except (DatabaseError, InterfaceError) as error:
                if not is_unavailable(error):
                    raise
                if not waits:
                    why = shown_error(error.__cause__ or error)
                    logger.warning("The worker waits for the database: %s", why)
                waits = True
            connection.close()
            if not self.running:  # told to stop while its task lost the database
                return
            time.sleep(WAIT)


class Command(db_worker.Command):
    def handle(self, **options: Any) -> None:
        db_worker.Worker = LastingWorker  # type: ignore[misc]  # the name by which the library's command makes its worker
        super().handle(**options)
