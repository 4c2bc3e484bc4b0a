"""`python -m ecosystem_api.reference`: write every generated page under the present folder."""

from pathlib import Path

from ecosystem_api.reference.pages import write_all

for name in write_all(Path.cwd()):
    print(f"wrote {name}")
