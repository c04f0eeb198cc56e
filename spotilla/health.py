"""/healthz and /readyz, for whatever watches the server: asked by any name of the host, with or without HTTPS, without
a log-in or a session. They tell nothing of what is kept.
"""

from __future__ import annotations

from collections.abc import Callable

from django.db import DatabaseError, InterfaceError
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse

from spotilla.availability import unapplied_migrations
from spotilla.job_locks import workers_alive


def answer_probes(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware, before all that minds the host, the scheme or who asks."""
    probes = {"/healthz": health, "/readyz": readiness}

    def middleware(request: HttpRequest) -> HttpResponse:
        probe = probes.get(request.path_info)
        if probe is None:
            return get_response(request)
        if request.method not in {"GET", "HEAD"}:
            return HttpResponseNotAllowed(["GET", "HEAD"])
        response = probe()
        response["Cache-Control"] = "no-store"
        return response

    return middleware


def health() -> JsonResponse:
    """The process answers."""
    return JsonResponse({"process": "ok"})


def readiness() -> JsonResponse:
    """Pages can be served: 503 while the database is away or not up to date. Without a worker they still can."""
    try:
        missing = unapplied_migrations()
        worker = "alive" if workers_alive() else "none"
    except (DatabaseError, InterfaceError):
        return JsonResponse({"database": "away", "migrations": "unknown", "worker": "unknown"}, status=503)
    state = {"database": "ok", "migrations": "missing" if missing else "applied", "worker": worker}
    return JsonResponse(state, status=503 if missing else 200)
