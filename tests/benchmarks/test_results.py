"""What a run found is kept, and told in tables and a picture."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from benchmarks.picture import picture
from benchmarks.results import Measured, Results, Sample, read
from benchmarks.tables import markdown, text

pytestmark = pytest.mark.any_database


def sample(per_second: float) -> Sample:
    return Sample(per_second, 0.5, 0.25, 1000, 0, 1.0, 2.0, 3.0, 4.0)


@pytest.fixture
def results() -> Results:
    machine = dict.fromkeys(
        ("processor", "processors", "memory", "system", "python", "django", "granian", "database", "load"), "x"
    )
    world = dict.fromkeys(("scale", "organizations", "officials", "meetings", "agreements", "statements"), 1.0)
    memory = {"before": [70.0, 71.0], "after": [90.0, 91.0]}
    found = Results(machine, world, {"rounds": 3, "seconds": 1}, 10.0, memory=memory)
    samples = {"floor": [sample(100), sample(200), sample(50)], "chancery": [sample(80), sample(100), sample(100)]}
    samples["gzip"] = [sample(60), sample(90), sample(95)]
    found.questions = {name: Measured(f"what {name} asks", samples=samples) for name in ("Q1", "Q7")}
    found.questions["Q2"] = Measured("what Q2 asks", {"chancery": "/address is answered 500"})
    return found


def test_results_are_kept(results: Results, tmp_path: Path) -> None:
    results.write(tmp_path / "results.json")
    assert read(tmp_path / "results.json") == results


def test_a_ratio_is_the_median_of_those_within_a_round(results: Results) -> None:
    assert results.questions["Q1"].ratios() == [0.8, 0.5, 2.0]
    assert "| Q1 | 100 | 100 | 0.80 | 0.50–2.00 |" in markdown(results)


def test_clients_that_accept_gzip_stand_beside_those_that_do_not(results: Results) -> None:
    assert "| Q1 | 100 | 90 | 0.90 | 0.75–0.95 | 0.50 + 0.25 | 0.50 + 0.25 | 1000 / 1000 |" in markdown(results)
    assert "gzip clients" in text(results)


def test_a_wrong_answer_is_told_and_not_measured(results: Results) -> None:
    assert "Wrong, and therefore not measured: Q2 chancery: /address is answered 500" in text(results)
    assert list(results.timed()) == ["Q1", "Q7"]


def test_the_picture_is_svg(results: Results) -> None:
    assert ET.fromstring(picture(results)).tag == "{http://www.w3.org/2000/svg}svg"
