"""Settings. What differs between installations comes from the environment; docs/developing.md lists the names."""

import os
import re
from pathlib import Path

import django_stubs_ext
from django import forms
from django.utils.csp import CSP
from django.utils.translation import gettext_lazy as _

from spotilla.database_url import database
from spotilla.logs import settings_of_logging
from spotilla.outgoing_mail import mailers, sender

# Lets classes such as forms.ModelForm[Customer] be written at run time as the type checker wants them.
django_stubs_ext.monkeypatch(extra_classes=[forms.ModelChoiceField])

BASE_DIR = Path(__file__).resolve().parent.parent

DEBUG = os.environ.get("DJANGO_DEBUG") == "1"
SECRET_KEY = os.environ.get("DJANGO_SECRET_KEY") or ("only-for-development" if DEBUG else "")
ALLOWED_HOSTS = re.findall(r"[^,\s]+", os.environ.get("ALLOWED_HOSTS", "127.0.0.1,localhost"))
CSRF_TRUSTED_ORIGINS = re.findall(r"[^,\s]+", os.environ.get("CSRF_TRUSTED_ORIGINS", ""))
DATABASES = {"default": database(os.environ.get("DATABASE_URL", f"sqlite:///{BASE_DIR}/var/spotilla.sqlite3"))}

INSTALLED_APPS = [
    "spotilla",
    "sheets",
    "accounts",
    "folders",
    "customers",
    "workorders",
    "reports",
    "django_filters",
    "django_tasks_db",
    "django.forms",  # the widgets' templates, for FORM_RENDERER
    "spotilla.admin_app.OfficeAdminConfig",  # django.contrib.admin
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
]
MIDDLEWARE = [
    "spotilla.logs.with_reference",
    "spotilla.health.answer_probes",
    "spotilla.web.only_pages",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "spotilla.web.not_stored",
    "spotilla.web.well_formed",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.middleware.UserLanguageMiddleware",
    "spotilla.audit_actor.by_request",
    "spotilla.web.htmx_redirects",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
ROOT_URLCONF = "spotilla.urls"
WSGI_APPLICATION = "spotilla.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["accounts.backends.EmailBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
    {"NAME": "accounts.passwords.GuessableValidator"},
]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "login"
DEMO_EMAIL = "demo@spotilla.example"  # this log-in works only where DEBUG is on

LANGUAGE_CODE = "fi"
LANGUAGES = [("fi", _("Finnish")), ("en", _("English")), ("sv", _("Swedish"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Europe/Helsinki"
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
MAILERS = mailers(os.environ, debug=DEBUG)
DEFAULT_FROM_EMAIL = sender(os.environ, ALLOWED_HOSTS)
SENDS_MAIL = DEBUG or bool(os.environ.get("EMAIL_HOST"))  # else a forgotten password is an administrator's affair
# Work that is too long for a request waits in the database for `manage.py db_worker`.
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

LOGGING = settings_of_logging(os.environ.get("LOG_LEVEL") or "INFO", os.environ.get("LOG_FORMAT") or "text")

# Security: on everywhere but on a developer's own machine.
SECURE_CSP = {
    "default-src": [CSP.SELF],
    "img-src": [CSP.SELF, "data:"],
    "object-src": [CSP.NONE],
    "base-uri": [CSP.NONE],
    "frame-ancestors": [CSP.NONE],
    "form-action": [CSP.SELF],
}
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = not DEBUG
LANGUAGE_COOKIE_SAMESITE = "Lax"
_HOST = "" if DEBUG else "__Host-"  # which no other host of the domain can set or read; for HTTPS alone
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = f"{_HOST}sessionid", f"{_HOST}csrftoken"
SECURE_SSL_REDIRECT = not DEBUG
SECURE_HSTS_SECONDS = 0 if DEBUG else 31_536_000
# Other hosts of the domain may have no HTTPS yet, and what browsers have preloaded is not taken back.
SECURE_HSTS_INCLUDE_SUBDOMAINS = os.environ.get("HSTS_SUBDOMAINS") == "1"
SECURE_HSTS_PRELOAD = os.environ.get("HSTS_PRELOAD") == "1"
BEHIND_PROXY = os.environ.get("BEHIND_PROXY") == "1"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
X_FRAME_OPTIONS = "DENY"

# A list counts its rows up to this; a longer one says “over 10,000”.
LISTS_COUNT_TO = 10_000

# Import from Excel: what the page takes; the command takes more.
IMPORT_MAX_ROWS = 20_000
IMPORT_MAX_BYTES = 10 * 1024 * 1024
IMPORT_COMMAND_MAX_ROWS = 200_000
IMPORT_ROWS_AT_ONCE = 2_000  # of more rows, a worker takes care
IMPORT_FILE_DAYS = 90  # how long the file of an import is kept after it
