"""Background tasks: a queue in the project's own database, and the worker that runs it (`manage.py worker`).

An app says in its module `tasks.py` what can be run; whoever wants it done calls `enqueue`:

    @task("links", attempts=3)
    def check_links(run: Run) -> None: ...

    check_links.enqueue(by=request.user)

A task is there once the transaction that added it is committed, and gone with it. It can be run again after its worker was
killed, so that it works in parts: each part, and `Run.checkpoint`, in one transaction.
"""
