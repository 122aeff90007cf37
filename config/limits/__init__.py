"""Time limits: how long a request may keep the database busy, by its kind.

`requests` knows which kinds there are and which requests are on their way; `database` has each database stop what takes longer;
`watchdog` ends requests that wait for a server that does not answer at all. The limits themselves are `TIME_LIMITS` in
`config/settings/limits.py`. What a request may ask for at most (`docs/limits.md`) is refused before that, by the parameters.
"""
