"""`python -m ecosystem_api.cli` is `ecosystem-api`."""

from ecosystem_api.cli import main

main()
