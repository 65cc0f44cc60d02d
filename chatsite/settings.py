"""All settings, in the order in which an operator reads. Values come from chatsite/environment.py."""

from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import django_stubs_ext
from csp.constants import NONCE, NONE, SELF, STRICT_DYNAMIC
from django.utils.translation import gettext_lazy as _

from chatsite import environment
from chatsite.datadir import kept_secret, prepare_folder
from chatsite.stores import cache, channel_layer, database, files, mail

django_stubs_ext.monkeypatch()

BASE_DIR = Path(__file__).resolve().parent.parent
ENV, CHAT = environment.load()
DEBUG = ENV.debug == "on"

# --- Where people reach it -------------------------------------------------------------------------------

HOST, PORT = ENV.host, ENV.port
PUBLIC_ORIGINS = ENV.public_origins or environment.own_origins(HOST, PORT)
HTTPS_ONLY = all(origin.startswith("https://") for origin in PUBLIC_ORIGINS)
TRUSTED_PROXY_COUNT = ENV.trusted_proxy_count

# This machine's own names stay allowed, so that /up and /ready can be asked from beside the server.
ALLOWED_HOSTS = sorted(
    {environment.host_of(origin) for origin in PUBLIC_ORIGINS} | {"localhost", "127.0.0.1", "[::1]"}
)
CSRF_TRUSTED_ORIGINS = PUBLIC_ORIGINS
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = HTTPS_ONLY
# The prefix keeps sub-domains and plain HTTP from planting a cookie; browsers refuse it without HTTPS.
SESSION_COOKIE_NAME = "__Host-sessionid" if HTTPS_ONLY else "sessionid"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXY_COUNT else None
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

# --- What it keeps ---------------------------------------------------------------------------------------

DATA_DIR = ENV.data_dir
try:
    prepare_folder(DATA_DIR)
    SECRET_KEY = (
        ENV.secret_key
        or (ENV.secret_key_file.read_text(encoding="utf-8").strip() if ENV.secret_key_file else "")
        or kept_secret(DATA_DIR / "secret.key")
    )
except OSError as error:
    raise SystemExit(
        f"The folder {error.filename or DATA_DIR} cannot be used ({error.strerror}); "
        "set DATA_DIR to a folder that this user may write, and start again."
    ) from None
SECRET_KEY_FALLBACKS = ENV.secret_key_fallbacks

DATABASES = {"default": database(ENV)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {"default": cache(ENV)}
CHANNEL_LAYERS = {"default": channel_layer(ENV, CHAT)}
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": []}}
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = int(timedelta(days=14).total_seconds())  # idle: accounts.middleware renews those in use
SESSION_SAVE_EVERY_REQUEST = False  # a save from an old tab would undo a sign-out
DATA_UPLOAD_MAX_MEMORY_SIZE = 262_144
DATA_UPLOAD_MAX_NUMBER_FIELDS = 200
DATA_UPLOAD_MAX_NUMBER_FILES = 10

MEDIA_ROOT = DATA_DIR / "uploads"
FILE_UPLOAD_PERMISSIONS, FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o640, 0o750
UPLOADS_RECEIVING = DATA_DIR / "receiving"
UPLOAD_LIMIT = ENV.upload_limit_mb * 1_000_000
UPLOADS_PER_PERSON = ENV.upload_person_mb * 1_000_000
UPLOADS_IN_ALL = ENV.upload_total_mb * 1_000_000
UPLOAD_DISK_PERCENT = ENV.upload_disk_percent
FILES_ACCEL = "" if ENV.files_s3_bucket else ENV.files_accel

# --- What it sends ---------------------------------------------------------------------------------------

MAIL_CONFIGURED = bool(ENV.mail_url)
for _name, _value in mail(ENV).items():
    globals()[_name] = _value
DEFAULT_FROM_EMAIL = SERVER_EMAIL = ENV.mail_from or f"chat@{urlsplit(PUBLIC_ORIGINS[0]).hostname}"

# --- Limits ----------------------------------------------------------------------------------------------

LIMITS_ON = ENV.limits == "on"

# --- Language and time -----------------------------------------------------------------------------------

LANGUAGE_CODE = ENV.language
LANGUAGES = [("en", _("English")), ("zh-hans", _("Simplified Chinese"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = ENV.time_zone
USE_TZ = USE_I18N = True

# --- The parts -------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
ROOT_URLCONF = "chatsite.urls"
ASGI_APPLICATION = "chatsite.asgi.application"
INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "servestatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.usersessions",
    "channels",
    "csp",
    "django_tasks",
    "django_tasks_db",
    "accounts",
    "chat",
    "chatsite",
]
MIDDLEWARE = [
    "chatsite.health.HealthMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "servestatic.middleware.ServeStaticMiddleware",
    "chatsite.policy.PolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "accounts.middleware.ChangedKeyMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.middleware.PreferencesMiddleware",
    "chat.moderation.middleware.AddressMiddleware",
    "accounts.middleware.RenewSessionMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "csp.context_processors.nonce",
                "accounts.context.instance",
                "chat.context.shell",
            ]
        },
    }
]

# --- Accounts --------------------------------------------------------------------------------------------

AUTHENTICATION_BACKENDS = ["accounts.backends.SignInBackend"]
_VALIDATORS = "django.contrib.auth.password_validation"
AUTH_PASSWORD_VALIDATORS: list[dict[str, Any]] = [
    {
        "NAME": f"{_VALIDATORS}.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("handle", "display_name", "email")},
    },
    {"NAME": f"{_VALIDATORS}.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": f"{_VALIDATORS}.CommonPasswordValidator"},
]
PASSWORD_RESET_TIMEOUT = int(timedelta(days=1).total_seconds())
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "accounts.adapters.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = "handle"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_FORMS = {
    "login": "accounts.entrance_forms.SignInForm",
    "change_password": "accounts.entrance_forms.ChangePasswordForm",
    "set_password": "accounts.entrance_forms.SetPasswordForm",
    "reset_password": "accounts.entrance_forms.ResetPasswordForm",
    "reset_password_from_key": "accounts.entrance_forms.ResetPasswordKeyForm",
    "reauthenticate": "accounts.entrance_forms.ReauthenticateForm",
}
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_PRESERVE_USERNAME_CASING = False
ACCOUNT_SESSION_REMEMBER = None  # the sign-in page asks
# allauth's own generator keeps a second table of mail addresses.
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "django.contrib.auth.tokens.PasswordResetTokenGenerator"  # noqa: S105
# An office or a class shares one address: per address there is room for thirty people at once. The key of
# login_failed holds the visitor's address too (accounts/adapters.py), so that nobody can lock others out.
ACCOUNT_RATE_LIMITS: dict[str, str] | bool = LIMITS_ON and {
    "login": "60/m/ip",
    "login_failed": "30/m/ip,5/5m/key",
    "signup": "60/m/ip",
}

# --- Static files and what a page may load ------------------------------------------------------------------

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = DATA_DIR / "static"
STORAGES = {
    "default": files(ENV),
    "staticfiles": {"BACKEND": "chat.assets.AssetStorage"},
}
SERVESTATIC_ALLOW_ALL_ORIGINS = False

# Sources cannot spell an IPv6 address, and 'self' covers the page's own socket in every present browser.
SOCKET_ORIGINS = ["ws" + origin.removeprefix("http") for origin in PUBLIC_ORIGINS if "[" not in origin]
CONTENT_SECURITY_POLICY: dict[str, Any] = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [NONCE, STRICT_DYNAMIC],
        "style-src": [SELF],
        "img-src": [SELF, "blob:", "data:"],
        "media-src": [SELF],
        "connect-src": [SELF, *SOCKET_ORIGINS],
        "font-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "manifest-src": [SELF],
        "worker-src": [SELF],
        "require-trusted-types-for": ["'script'"],
        "trusted-types": ["chat"],  # the one policy: static/js/helpers/html.js
    }
}
# Django's admin cannot carry nonces; our own pages there, which say what went wrong, can.
ADMIN_CONTENT_SECURITY_POLICY: dict[str, Any] = {
    "default-src": [NONE],
    "script-src": [SELF, NONCE],
    "style-src": [SELF],
    "img-src": [SELF, "data:"],
    "connect-src": [SELF],
    "font-src": [SELF],
    "form-action": [SELF],
    "frame-ancestors": [NONE],
    "base-uri": [NONE],
}

# --- The log ---------------------------------------------------------------------------------------------

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"brief": {"()": "chatsite.logs.BriefUnavailability"}},
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": ENV.log_level},
    "loggers": {
        "django": {"handlers": ["console"], "level": ENV.log_level, "propagate": False},
        # One line per page or per hint says nothing at INFO that the access log of a proxy does not say.
        "daphne": {"level": "WARNING"},
        # Scanners ask for any host; a traceback for each would bury what matters.
        "django.security.DisallowedHost": {"level": "CRITICAL", "propagate": False},
        "django.request": {"filters": ["brief"]},
        "hypercorn": {"level": "WARNING"},
        "django.channels.server": {"level": "WARNING"},
        "asyncio": {"level": "WARNING"},
    },
}
