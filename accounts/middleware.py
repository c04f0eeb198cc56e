"""The signed-in user's own language goes before the browser's."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation


class UserLanguageMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            translation.activate(request.user.language)
            request.LANGUAGE_CODE = request.user.language
        elif settings.LANGUAGE_COOKIE_NAME not in request.COOKIES:
            # Finnish is the office's language: a browser's preference does not decide, a choice made on the page does.
            translation.activate(settings.LANGUAGE_CODE)
        return self.get_response(request)
