"""Days and times as they stand in lists and forms: as everywhere else at the desk."""

DATE_FORMAT = "j M Y"
TIME_FORMAT = "H:i"
DATETIME_FORMAT = "j M Y, H:i"
