"""What holds for the repository as a whole."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import goodstanding

ROOT = Path(__file__).parents[1]
PACKAGE = Path(goodstanding.__file__).parent
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PINNED = sorted((ROOT / "requirements").glob("*.txt"))

# Together they take longer to import than `goodstanding --help` may run.
HEAVY = ("duckdb", "sqlglot", "pyarrow", "pydantic", "numpy", "pandas", "psycopg")


def pins(path: Path) -> list[tuple[Requirement, list[str]]]:
    """Return what a file pins, each entry with its hashes."""
    text = re.sub(r"\\\n", " ", path.read_text(encoding="utf-8"))
    entries = [line for line in text.splitlines() if line and not line.lstrip().startswith("#")]
    return [
        (Requirement(entry.partition("--hash")[0]), re.findall(r"--hash=(\S+)", entry))
        for entry in entries
    ]


def layers() -> list[str]:
    """Return the names of the layers that import-linter holds, the highest first."""
    contracts = PYPROJECT["tool"]["importlinter"]["contracts"]
    (contract,) = (each for each in contracts if each["type"] == "layers")
    return [name.strip("() ") for line in contract["layers"] for name in line.split("|")]


def test_dependencies_are_pinned_in_requirements_and_nowhere_else() -> None:
    assert [path.name for path in PINNED] == ["dev.txt", "lock.txt", "runtime.txt", "spark.txt"]
    assert not (ROOT / "uv.lock").exists()


@pytest.mark.parametrize("path", PINNED, ids=lambda path: path.name)
def test_a_requirements_file_names_no_place_to_fetch_from(path: Path) -> None:
    for line in path.read_text(encoding="utf-8").splitlines():
        assert not line.startswith("-"), f"an option of pip: {line}"
        assert not re.search(r"://|@|(^|\s)[/~]|[a-z]:\\", line), f"an address or a path: {line}"


@pytest.mark.parametrize("path", PINNED, ids=lambda path: path.name)
def test_every_requirement_has_one_version_and_its_hashes(path: Path) -> None:
    for requirement, hashes in pins(path):
        assert [each.operator for each in requirement.specifier] == ["=="], requirement
        assert hashes, requirement


def test_the_pins_satisfy_what_the_project_asks_for() -> None:
    project = PYPROJECT["project"]
    groups = PYPROJECT["dependency-groups"]
    extras = project["optional-dependencies"]
    wanted = {
        "runtime.txt": project["dependencies"],
        "dev.txt": [*project["dependencies"], *extras["postgres"], *groups["dev"]],
        "spark.txt": [*project["dependencies"], *extras["spark"]],
        "lock.txt": groups["lock"],
    }
    for name, requirements in wanted.items():
        pinned = {canonicalize_name(pin.name): pin for pin, _ in pins(ROOT / "requirements" / name)}
        for requirement in map(Requirement, requirements):
            pin = pinned[canonicalize_name(requirement.name)]
            (version,) = (each.version for each in pin.specifier)
            assert requirement.specifier.contains(version), f"{name}: {pin}, not {requirement}"


def test_the_tests_run_on_the_versions_that_users_get() -> None:
    tested = {str(pin) for pin, _ in pins(ROOT / "requirements" / "dev.txt")}
    assert {str(pin) for pin, _ in pins(ROOT / "requirements" / "runtime.txt")} <= tested


def test_every_folder_and_module_of_the_package_has_a_layer() -> None:
    folders = {path.name for path in PACKAGE.iterdir() if path.is_dir()} - {"__pycache__"}
    modules = {path.stem for path in PACKAGE.glob("*.py")} - {"__init__"}
    assert folders | modules <= set(layers())


def test_the_command_line_starts_without_what_is_slow_to_import() -> None:
    program = "import sys, goodstanding.cli; print(*sys.modules, sep='\\n')"
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    loaded = set(run.stdout.split())
    assert "goodstanding.cli" in loaded
    assert sorted(loaded.intersection(HEAVY)) == []
