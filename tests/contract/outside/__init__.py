"""The contract in other people's tools: Redocly, schemathesis, generated clients.

`make contract` runs these; `make test` does not, because they need Node. The breaking-change rule lives here too.
"""
