"""The floor: the least that a server in Python can do to answer the same questions.

The database builds the JSON from plain narrow tables with the right indexes; the server hands its bytes on.
"""
