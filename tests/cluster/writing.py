"""Eight who publish at a time, over and over, through the record's own functions: `manage.py shell < writing.py`.

Each records in its own file the writes that were acknowledged, and when.
"""

import os
import threading
import time
from pathlib import Path

from django.db import DatabaseError, close_old_connections, connection, transaction

from config.record.curation.transitions import publish
from config.sources.models import Source

folder = Path(os.environ["WRITTEN"])


def write(number):
    count = 0
    with (folder / f"writer-{number}").open("a", buffering=1) as reported:
        while not (folder / "stop").exists():
            count += 1
            slug = f"drill-{number}-{count}"
            try:
                with transaction.atomic():
                    source = Source.objects.create(slug=slug, name=slug, name_folded=slug)
                    publish({Source: [source.pk]}, reason="A drill.")
                reported.write(f"{time.time()} {slug} done\n")
                time.sleep(0.02)
            except DatabaseError as error:
                reported.write(f"{time.time()} {slug} {type(error).__name__} {' '.join(str(error).split())}\n")
                connection.close()
                time.sleep(0.2)


threads = [threading.Thread(target=write, args=(number,)) for number in range(8)]
for one in threads:
    one.start()
for one in threads:
    one.join()
close_old_connections()
