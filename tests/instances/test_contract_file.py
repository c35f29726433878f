"""A contract on its own: presets, rules files over them, and an instance under another contract."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from pathlib import Path

import pytest

from geodata.postcodes import PostcodeDirectory
from geodata.report import InputError
from instances.contract_file import preset, read_rules, with_rules
from instances.contracts import PRESETS, preset_bytes
from instances.read import read_instance
from optimiser.model.allocation import Rule
from optimiser.model.contract import Cap, RuleKind
from optimiser.model.market import Framework
from optimiser.model.need import ServiceKind
from optimiser.solving.provenance import canonical_hash
from tests.instances.small_market import small_market


@pytest.mark.parametrize("name", PRESETS)
def test_every_figure_of_a_preset_is_published_or_an_assumption(name: str) -> None:
    content = tomllib.loads(preset_bytes(name).decode())
    bases = [each.get("basis", "assumption") for each in content["assumptions"]]
    assert set(bases) == {"published", "assumption"}
    assert all(each["source"] for each in content["assumptions"])


def test_a_preset_is_found_by_name_and_no_other_is() -> None:
    assert read_rules("essex-2025") == preset("essex-2025")
    with pytest.raises(KeyError):
        preset("essex-1999")
    with pytest.raises(InputError, match="E200"):
        read_rules("essex-1999")


def rules_file(tmp_path: Path, text: str) -> Framework:
    (tmp_path / "rules.toml").write_text(text, encoding="utf-8")
    return read_rules(tmp_path / "rules.toml")


def test_a_rules_file_changes_single_figures_of_a_preset(tmp_path: Path) -> None:
    text = """
preset = "norfolk-principal"
version = "2027"
county = "passed over"

[ceilings]
personal_care = 31.00

[rules]
"B8 providers of a locality" = "hard"

[[tiers]]
code = "PRINCIPAL"
most_share = 65

[[tiers]]
code = "LAST"
name = "One tier more"

[[caps]]
stop_at = 80
"""
    plain, found = preset("norfolk-principal"), rules_file(tmp_path, text)
    assert found == replace(
        plain,
        version="2027",
        ceilings={**plain.ceilings, ServiceKind.PERSONAL_CARE: 3100},
        rules={Rule.LEAST_PROVIDERS: RuleKind.HARD},
        tiers=(replace(plain.tiers[0], most_share=65), *plain.tiers[1:], found.tiers[-1]),
        caps=(Cap(stop_at=80),),
    )
    assert found.tiers[-1].name == "One tier more"
    assert canonical_hash(found) != canonical_hash(plain)


def test_a_preset_of_which_nothing_is_changed_is_the_preset(tmp_path: Path) -> None:
    text = 'preset = "leicester"\n[rules]\n"E3 CQC gate" = "hard"\n'
    assert rules_file(tmp_path, text) == preset("leicester"), "a default said aloud is the same contract"


def test_faults_of_a_rules_file_come_at_once(tmp_path: Path) -> None:
    text = """
preset = "norfolk-principal"
least_provider = 2
new_starts_a_week = "many"

[[tiers]]
code = "FRAMEWORK"
most_share = 20

[rules]
"E99 nothing" = "off"
"""
    with pytest.raises(InputError) as caught:
        rules_file(tmp_path, text)
    found = {(each.code, each.column) for each in caught.value.findings}
    assert found == {
        ("E206", "least_provider"),
        ("E214", "new_starts_a_week"),
        ("E237", "tiers[1].least_share"),
        ("E216", "rules.E99 nothing"),
    }


def test_an_instance_may_begin_with_a_preset(folder: Path, postcodes: PostcodeDirectory) -> None:
    path = folder / "framework.toml"
    path.write_text(
        """
preset = "essex-2025"
county = "Essex"
as_of = 2026-03-31
new_starts_a_week = 4

[[tiers]]
code = "T2"
name = "Changed here"
""",
        encoding="utf-8",
    )
    found = read_instance(folder, postcodes=postcodes).framework
    plain = preset("essex-2025")
    tiers = (plain.tiers[0], replace(plain.tiers[1], name="Changed here"), plain.tiers[2])
    assert found == replace(plain, new_starts_a_week=4, tiers=tiers)


def test_an_instance_under_another_contract_must_know_its_tiers() -> None:
    market = small_market()
    other = with_rules(market, preset("essex-2025"), "essex-2025")
    assert other.framework.name == "Live at Home"
    with pytest.raises(InputError, match="E233") as caught:
        with_rules(market, preset("leicester"), "leicester")
    assert all(each.cure for each in caught.value.findings)
