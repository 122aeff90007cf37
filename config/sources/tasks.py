"""What sources have done in the background."""

from __future__ import annotations

from django.db import transaction

from config.sources import links
from config.tasks.registry import Run, task


@task("links")
def check_links(run: Run) -> None:
    """Try the addresses of all sources, host by host; what was stopped goes on with the next host."""
    hosts = links.addresses_by_host()
    last, broken = run.checkpoint.get("host", ""), run.checkpoint.get("broken", 0)
    rest = {host: addresses for host, addresses in hosts.items() if host > last}
    done = len(hosts) - len(rest)
    for host, answers in links.tried(rest):
        done, broken = done + 1, broken + sum(bool(wrong) for _, wrong in answers)
        with transaction.atomic():
            links.keep(hosts[host], answers)
            report = f"{done} of {len(hosts)} hosts checked; {broken} broken links."
            run.save({"host": host, "broken": broken}, done=done, total=len(hosts), report=report)
        run.stop_if_asked()
