"""``python -m posframe``: the same as the command ``posframe``."""

from posframe.cli import main

main()
