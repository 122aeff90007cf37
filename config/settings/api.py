"""Settings of Django REST framework and drf-spectacular."""

REST_FRAMEWORK = {
    # Anyone may read, and nothing is written here.
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.AllowAny"],
    "UNAUTHENTICATED_USER": None,
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    # Accept alone says which form is wanted: a meeting has a format of its own.
    "URL_FORMAT_OVERRIDE": None,
    "DEFAULT_SCHEMA_CLASS": "config.api.openapi.schema.ViewSchema",
    "EXCEPTION_HANDLER": "config.api.errors.handle",
}

# Where the committed OpenAPI document says that the server is: at `make run`. A server puts in its own address.
OPENAPI_SERVER = "http://127.0.0.1:8000"
SPECTACULAR_SETTINGS = {
    "TITLE": "Chancery",
    "DESCRIPTION": """Database of diplomatic events: meetings, agreements, statements and actions, with participants and sources.

Actors take part in events, and sources are cited for them. The API is read-only and requires no key.

- Comma-separated values match *any*: `type=treaty,ceasefire`. A repeated parameter matches *all* if its description says so
  (`participant=RUS&participant=TUR` selects the events of both), and *any* otherwise.
- `exclude_…` excludes the records that a filter selects. An unknown parameter is an error and never ignored.
- Lists are paginated by cursor: follow `next`. No record is skipped or repeated.
- Dates are EDTF (ISO 8601-2), each with its earliest and latest possible day.
- Errors are problem details (RFC 9457); programs evaluate `errors[].code`.""",
    "CONTACT": {"name": "The operator of the server, see /.well-known/security.txt there"},
    "LICENSE": {"name": "Creative Commons Attribution 4.0 International", "identifier": "CC-BY-4.0"},
    "TOS": "https://creativecommons.org/licenses/by/4.0/legalcode",
    "SERVERS": [{"url": OPENAPI_SERVER, "description": "Server that serves this document."}],
    "TAGS": [
        {"name": "search", "description": "Full-text search in all collections."},
        {"name": "changes", "description": "Log of publications, updates and retractions."},
        {"name": "index", "description": "Endpoints of the API."},
    ],
    "VERSION": "1.0.0",
    "OAS_VERSION": "3.1.1",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "DEFAULT_GENERATOR_CLASS": "config.api.openapi.schema.DocumentGenerator",
    # Vocabularies are components already (config.api.openapi.schema).
    "POSTPROCESSING_HOOKS": ["config.webhooks.schema.describe", "config.api.openapi.schema.finish"],
    "COMPONENT_NO_READ_ONLY_REQUIRED": False,
    "ENUM_ADD_EXPLICIT_BLANK_NULL_CHOICE": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
}
