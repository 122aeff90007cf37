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
    "DESCRIPTION": """The public record of diplomacy: who met whom, what was agreed, and which source proves it.

An actor takes part in an event, and a source proves it. Anyone may read, without a key; nothing is written here.

- A comma between values means *any of*, repeating a parameter means *all of*: `participant=RUS&participant=TUR`.
- `exclude_…` leaves out what a filter would select. An unknown parameter is an error, never ignored.
- Lists are walked by their `next`, which nothing is lost or seen twice on.
- Dates are EDTF (ISO 8601-2); beside each stand the earliest and the latest day it can mean.
- Every error is a problem as RFC 9457 defines it; programs go by `errors[].code`.""",
    "CONTACT": {"name": "Those who run this server", "url": "/.well-known/security.txt"},
    "LICENSE": {"name": "Creative Commons Attribution 4.0 International", "identifier": "CC-BY-4.0"},
    "TOS": "https://creativecommons.org/licenses/by/4.0/legalcode",
    "SERVERS": [{"url": "/", "description": "The server that this document comes from."}],
    "TAGS": [
        {
            "name": "countries",
            "description": "States, dependencies and areas, by ISO 3166-1 code. Listing implies no recognition.",
        },
        {
            "name": "organizations",
            "description": "Alliances, governments, armed groups, parties, companies, media.",
        },
        {"name": "officials", "description": "Persons who act for themselves or on behalf of a country or an organization."},
        {"name": "offices", "description": "Posts, whoever holds them: `as_of` tells those that were held on a day."},
        {"name": "tenures", "description": "Who held which office from when to when. An unknown end is not the same as no end."},
        {"name": "actors", "description": "Countries, organizations and officials in one list."},
        {"name": "events", "description": "Meetings, agreements, statements and actions in one timeline."},
        {"name": "meetings", "description": "Who met or spoke with whom, where, about what."},
        {"name": "agreements", "description": "What was agreed, by whom, and what became of it."},
        {"name": "statements", "description": "What was said, by whom, in whose name, and where that stands on what."},
        {"name": "actions", "description": "What was done rather than said or agreed: a deployment, a sanction, a recall."},
        {
            "name": "provisions",
            "description": "What agreements oblige to: whom, by when, and what became of it.",
        },
        {
            "name": "stances",
            "description": "Where somebody stands on something: from -2, rejects, to +2, endorses.",
        },
        {"name": "topics", "description": "Conflicts, processes and issues, as a tree. A topic stands for its subtopics too."},
        {"name": "sources", "description": "The documents, pages and datasets that prove the record."},
        {"name": "relations", "description": "What two actors have done together and where they stand on each other."},
        {"name": "search", "description": "Full text over every collection."},
        {"name": "changes", "description": "The log of what was published, changed and retracted, to follow."},
        {"name": "index", "description": "Where everything is."},
    ],
    "SECURITY": [{}, {"apiKey": []}],
    "APPEND_COMPONENTS": {
        "securitySchemes": {
            "apiKey": {
                "type": "http",
                "scheme": "bearer",
                "description": "A key raises the rate limit. Nothing needs one. Those who run the server issue it.",
            }
        }
    },
    "VERSION": "1.0.0",
    "OAS_VERSION": "3.1.1",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    # Vocabularies are components already (config.api.schema).
    "POSTPROCESSING_HOOKS": ["config.api.schema.finish"],
    "COMPONENT_NO_READ_ONLY_REQUIRED": False,
    "ENUM_ADD_EXPLICIT_BLANK_NULL_CHOICE": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
}
