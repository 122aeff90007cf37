"""Paths of the API that reach into every table."""

from __future__ import annotations

from config.api_urls import COLLECTIONS

# Each list as it is, and those whose parameters reach into other tables.
LISTS = (
    *COLLECTIONS,
    "events?participant=RUS&participant=TUR&participant_role=participant",
    "events?participant_rank=foreign_minister&topic=libya&q=libya&exclude_country=DEU",
    "events?source=libya-report-2020-10&related_to=libya-ceasefire-2020-10-23",
    "statements?about=libya-ceasefire-2020-10-23&position=-1,1",
    "stances?holder=TUR&topic=libya",
    "provisions?overdue=true&as_of=2021-02-01",
    "offices?as_of=2020-10-27&holder=sergey-lavrov",
    "search?q=libya",
    "changes",
)

OTHERS = ("relations/RUS/TUR?as_of=2020-10-31",)
