"""Plugins are found by entry point and made by name: a stray package cannot join a payment path."""

from __future__ import annotations

import sys

import attrs
import pytest

from posframe.config import load_config
from posframe.entry_points import Offer
from posframe.errors import ConfigurationError, RuleViolation
from posframe.plugins import installed, load_target, make_plugins

SETTINGS = 'format = 1\n[till]\nid = "T01"\ncurrency = "EUR"\n[plugins]\nenable = [{}]\n{}'


@pytest.fixture
def site(tmp_path, monkeypatch):
    """Install distributions into a folder of their own, which alone is looked at."""
    folder = tmp_path / "site"
    folder.mkdir()
    monkeypatch.setattr(sys, "path", [str(folder), str(tmp_path / "nowhere")])

    def install(name, version="1.0", entry_points=None, **plugins):
        info = folder / f"{name.replace('-', '_')}-{version}.dist-info"
        info.mkdir()
        lines = [f"{plugin} = {target}" for plugin, target in plugins.items()]
        text = "[console_scripts]\nposframe = x:y\n\n[posframe.plugins]\n" + "\n".join(lines)
        (info / "entry_points.txt").write_text(entry_points or text, encoding="utf-8")

    install.folder = folder
    return install


@pytest.fixture
def modules(monkeypatch):
    """Put a module of plugin classes where targets lead to."""
    made = type(sys)("acme_plugins")
    monkeypatch.setitem(sys.modules, "acme_plugins", made)
    return made


def config(tmp_path, *enable, more=""):
    names = ", ".join(f'"{name}"' for name in enable)
    (tmp_path / "till.toml").write_text(SETTINGS.format(names, more), encoding="utf-8")
    return load_config(tmp_path)


def make(tmp_path, *enable, more=""):
    return make_plugins(config(tmp_path, *enable, more=more), lambda name: f"context of {name}")


@attrs.frozen
class Config:
    level: int = 1


class Acme:
    Config = Config
    criticality = "required"

    def __init__(self, settings, context):
        self.settings, self.context = settings, context


class Plain:
    def __init__(self, settings, context):
        self.settings = settings


# Found


def test_the_first_party_plugins_are_found_as_any_stranger_is():
    """⊆ and not =: others may be installed beside them."""
    found = installed()
    assert {"payments", "loyalty", "inventory", "terminal"} <= set(found)
    assert {found[name].distribution for name in ("payments", "loyalty")} == {"posframe"}
    assert found["payments"].version


def test_what_installed_distributions_offer_is_found(site):
    site("acme-pos", "2.1", acme="acme_plugins:Acme", other="acme_plugins")
    site("no-plugins", entry_points="[console_scripts]\nposframe.plugins = x:y\n")
    (site.folder / "bare-1.0.dist-info").mkdir()
    (site.folder / "a file.txt").write_text("")
    assert installed() == {
        "acme": Offer("acme", "acme_plugins:Acme", "acme_pos", "2.1"),
        "other": Offer("other", "acme_plugins", "acme_pos", "2.1"),
    }


def test_a_broken_distribution_hides_nobody_else(site):
    site("acme", acme="acme_plugins:Acme")
    info = site.folder / "broken-1.0.dist-info"
    info.mkdir()
    (info / "entry_points.txt").write_bytes(b"[posframe.plugins]\n\xff\xfe\nno sign here\n")
    assert set(installed()) == {"acme"}


def test_two_distributions_of_one_name_are_refused(site):
    site("acme", acme="acme_plugins:Acme")
    site("other", acme="other:Acme")
    with pytest.raises(ConfigurationError, match=r"acme is offered by .* and by") as refused:
        installed()
    assert "uninstall one" in refused.value.hint


def test_one_distribution_on_two_paths_is_one(site, monkeypatch):
    site("acme", acme="acme_plugins:Acme")
    monkeypatch.setattr(sys, "path", [str(site.folder), str(site.folder), ""])
    assert set(installed()) == {"acme"}


# Made


def test_only_what_is_named_is_made_and_in_that_order(site, modules, tmp_path):
    """With its own settings and a context of its own."""
    modules.Acme, modules.Plain = Acme, Plain
    site("acme", "2.1", acme="acme_plugins:Acme", plain="acme_plugins:Plain", stray="missing:X")
    plain, acme = make(tmp_path, "plain", "acme", more="[plugins.acme]\nlevel = 3")
    assert (acme.name, acme.version, acme.distribution) == ("acme", "2.1", "acme")
    assert (acme.criticality, plain.criticality) == ("required", "degradable")
    assert acme.plugin.settings == Config(level=3)
    assert acme.plugin.context == "context of acme"
    assert plain.plugin.settings is None


def test_a_till_without_plugins_makes_none(site, tmp_path):
    assert make(tmp_path) == []


@pytest.mark.parametrize(
    ("enable", "more", "words"),
    [
        (["acmee"], "", ("plugins.enable names 'acmee', which is not installed", "'acme'?")),
        (["xyzzy"], "", ("'xyzzy', which is not installed", "installed are: acme")),
        (["acme", "acme"], "", ("names 'acme' twice", "take one")),
        (["acme"], "[plugins.acmee]", ("plugins.acmee belongs to no enabled", "mean acme?")),
        ([], "[plugins.acme]", ("plugins.acme belongs to no enabled", "plugins.enable")),
        (["acme"], "[plugins.acme]\nlevl = 1", ("plugins.acme.levl is not", "level?")),
        (["acme"], "[plugins.acme]\nlevel = 'x'", ("acme.level must be a whole", "'x'")),
    ],
)
def test_settings_that_do_not_fit_are_named(site, modules, tmp_path, enable, more, words):
    modules.Acme = Acme
    site("acme", acme="acme_plugins:Acme")
    with pytest.raises(ConfigurationError) as refused:
        make(tmp_path, *enable, more=more)
    assert words[0] in refused.value.message
    assert words[1] in refused.value.hint


def test_with_nothing_installed_that_is_said(site, tmp_path):
    with pytest.raises(ConfigurationError) as refused:
        make(tmp_path, "acme")
    assert refused.value.hint == "installed are: none"


@pytest.mark.parametrize(
    ("target", "words"),
    [
        ("no_such_module:Acme", "ModuleNotFoundError"),
        ("acme_plugins:Missing", "AttributeError"),
        ("acme_plugins", "AttributeError"),
    ],
)
def test_a_plugin_that_cannot_be_loaded_is_named(site, modules, tmp_path, target, words):
    site("acme-pos", "2.1", acme=target)
    with pytest.raises(ConfigurationError) as refused:
        make(tmp_path, "acme")
    assert refused.value.message.startswith("Plugin acme 2.1 (acme_pos) cannot be loaded: ")
    assert words in refused.value.message
    assert "plugins.enable" in refused.value.hint


def test_a_target_without_an_attribute_is_the_modules_plugin(modules):
    modules.plugin = Acme
    assert load_target(Offer("acme", "acme_plugins", "acme", "1")) is Acme


def test_a_plugin_that_cannot_be_made_is_named(site, modules, tmp_path):
    def broken(settings, context):
        raise KeyError("no such table")

    modules.Acme = broken
    site("acme", acme="acme_plugins:Acme")
    with pytest.raises(ConfigurationError) as refused:
        make(tmp_path, "acme")
    assert "Plugin acme 1.0 cannot be made: KeyError: 'no such table'" in refused.value.message


def test_a_plugins_own_words_pass_through(site, modules, tmp_path):
    def picky(settings, context):
        raise RuleViolation("points_per must be above zero")

    modules.Acme = picky
    site("acme", acme="acme_plugins:Acme")
    with pytest.raises(RuleViolation, match="points_per must be above zero"):
        make(tmp_path, "acme")


def test_a_criticality_that_is_none_is_refused(site, modules, tmp_path):
    """A slip of the pen would otherwise make a required plugin a degradable one."""
    modules.Acme = type("Acme", (Plain,), {"criticality": "requierd"})
    site("acme", acme="acme_plugins:Acme")
    with pytest.raises(ConfigurationError, match="is 'requierd', which no plugin can be") as no:
        make(tmp_path, "acme")
    assert "required, degradable, advisory" in no.value.hint
