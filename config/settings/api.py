"""How the API answers, and what its OpenAPI document says of it."""

REST_FRAMEWORK = {
    # Anyone may read, and nothing is written here.
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.AllowAny"],
    "UNAUTHENTICATED_USER": None,
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    # Accept alone says which form is wanted: a meeting has a format of its own.
    "URL_FORMAT_OVERRIDE": None,
    "DEFAULT_SCHEMA_CLASS": "config.api.schema.ViewSchema",
    "EXCEPTION_HANDLER": "config.api.errors.handle",
}

SPECTACULAR_SETTINGS = {
    "TITLE": "Chancery",
    "DESCRIPTION": "The public record of diplomacy: who met whom, what was agreed, and which source proves it.",
    "VERSION": "1.0.0",
    "OAS_VERSION": "3.1.1",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    # Vocabularies are components already (config.api.schema).
    "POSTPROCESSING_HOOKS": [],
    "COMPONENT_NO_READ_ONLY_REQUIRED": False,
    "ENUM_ADD_EXPLICIT_BLANK_NULL_CHOICE": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
}
