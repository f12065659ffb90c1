"""What may be read as a file of a scenario: regular files that are no archives; the rest is refused in words."""

import os
import socket
import tarfile
from pathlib import Path

import pytest

from simulator.scenario.load import load
from simulator.tables.data_file import require_file
from simulator.values.mistakes import ScenarioError

SHOP = "products: {tea: {price: 3}}\ndemand: [{%s}]\n"


def test_regular_file(tmp_path):
    file = tmp_path / "orders.csv"
    file.write_text("time,product\n")
    assert require_file(file).st_size == 13


def pipe(folder: Path) -> Path:
    os.mkfifo(folder / "made")
    return folder / "made"


def listening(folder: Path) -> Path:
    with socket.socket(socket.AF_UNIX) as made:
        made.bind(os.fspath(folder / "made"))
    return folder / "made"


def loop(folder: Path) -> Path:
    (folder / "made").symlink_to("made")
    return folder / "made"


def archive(folder: Path) -> Path:
    (folder / "orders.csv").write_text("time,product\n")
    with tarfile.open(folder / "made", "w") as file:
        file.add(folder / "orders.csv")
    return folder / "made"


@pytest.mark.parametrize(
    ("made", "words"),
    [
        (pipe, "this is a pipe, not a file; save what it gives to a file first"),
        (listening, "this is a socket, not a file; save what it gives to a file first"),
        (loop, "the symbolic links go round in a circle"),
        (archive, "this is a tar archive; extract the file from it first"),
        (lambda _: Path("/dev/zero"), "this is a device, not a file; save what it gives to a file first"),
        (lambda folder: folder, "Is a directory"),
        (lambda folder: folder / "none", "No such file or directory"),
        (lambda folder: folder / "a\0b", "not a file name: it holds a NUL character"),
    ],
)
def test_everything_else_is_refused(tmp_path, made, words):
    with pytest.raises(OSError) as refused:
        require_file(made(tmp_path))
    assert refused.value.strerror == words


@pytest.mark.parametrize("name", ["orders.tar", "orders.TAR.GZ", "orders.tgz", "orders.tar.zst"])
def test_archives_are_known_by_name(tmp_path, name):
    (tmp_path / name).write_bytes(b"\x1f\x8b")
    with pytest.raises(OSError, match="tar archive"):
        require_file(tmp_path / name)


def mistakes(file: Path) -> str:
    with pytest.raises(ScenarioError) as refused:
        load(file)
    return str(refused.value)


@pytest.mark.parametrize("make", [pipe, loop])
@pytest.mark.parametrize(
    "text",
    [
        "extends: made\n",
        "products: {from: made}\ndemand: [{orders: made}]\n",
        SHOP % "product: tea, rate: 1/day, quantity: {dist: empirical, file: made, column: units}",
    ],
)
def test_every_place_that_names_a_file(tmp_path, make, text):
    make(tmp_path)
    (tmp_path / "shop.yaml").write_text(text)
    said = mistakes(tmp_path / "shop.yaml")
    assert "not a file" in said or "go round in a circle" in said


@pytest.mark.parametrize("text", ['extends: "a\\0b.yaml"\n', SHOP % 'orders: "a\\0b.csv"', 'name: "a\\0b"\n'])
def test_nul(tmp_path, text):
    (tmp_path / "shop.yaml").write_text(text)
    assert "the text holds a NUL character" in mistakes(tmp_path / "shop.yaml")


@pytest.mark.parametrize("name", ["", "  ", "\\u00a0", "\\t"])
def test_names_of_spaces_only(tmp_path, name):
    text = SHOP % "product: tea, rate: 1/day" + f'customers: {{"{name}": {{}}}}\n'
    (tmp_path / "shop.yaml").write_text(text)
    assert "3:13: customers: a name needs a character that can be seen" in mistakes(tmp_path / "shop.yaml")


@pytest.mark.parametrize("demand", ["3", "text", "{orders: orders.csv}", "[3]"])
def test_products_from_a_file_beside_a_demand_that_is_no_list(tmp_path, demand):
    (tmp_path / "shop.yaml").write_text(f"products: {{from: orders.csv}}\ndemand: {demand}\n")
    assert "shop.yaml:2:" in mistakes(tmp_path / "shop.yaml")
