"""What the states of work mean, each said once: models, lists and reports take them from here."""

from __future__ import annotations

TASK_UNFINISHED = ("open", "in_progress", "on_hold", "in_review")
REQUEST_UNFINISHED = ("open", "in_progress", "on_hold")
CLOSED = ("done", "forwarded")  # work that belongs to somebody by the day done; all other work by today
TASK_WITH_DONE_ON = ("in_review", "done")  # a task in review has a day done already, which does not count yet
REQUEST_WITH_DONE_ON = CLOSED
