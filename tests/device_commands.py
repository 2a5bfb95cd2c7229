"""What tests of the commands for devices share: a command line, and tills with more devices."""

from __future__ import annotations

import signal

from posframe.cli.main import run


def command_line(capsys, monkeypatch):
    """Return what runs one command line at 80 columns: status, lines printed, complaints."""
    monkeypatch.setenv("COLUMNS", "80")

    def call(*arguments):
        capsys.readouterr()
        status = run([str(each) for each in arguments])
        out, err = capsys.readouterr()
        assert "Traceback" not in out + err
        return status, out.splitlines(), err.splitlines()

    return call


def words(*groups):
    """Return lines as one, however they were broken."""
    return " ".join(" ".join(line for lines in groups for line in lines).split())


def add(folder, name, uri, more=""):
    """Write one more device into a till's settings."""
    path = folder / "till.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(f'{text}\n[devices.{name}]\nuri = "{uri}"\n{more}\n', encoding="utf-8")


def said_by(command):
    """Return what runs a command line: its status and all it said, as one line."""

    def call(*arguments):
        status, out, err = command(*arguments)
        assert all(len(line) <= 80 or is_copied(line) for line in out)
        return status, words(out, err)

    return call


def is_copied(line):
    """Tell whether a line has to stay whole: a command, a rule, a path that is longer than one."""
    return "SUBSYSTEM==" in line or "posframe hal" in line or max(map(len, line.split())) > 60


def obey_ctrl_c():
    """Take back that a shell has a job in the background ignore it, which its children inherit."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
