"""What the user got wrong: all of it at once, where it stands, exit code 2."""

import pytest


def test_scenario_mistakes(simulator, folder):
    text = (folder / "shop.yaml").read_text(encoding="utf-8")
    text = text.replace("rate: 6/day", "rate: 6").replace("priority: 2", "priorty: 2")
    (folder / "shop.yaml").write_text(text, encoding="utf-8")
    answer = simulator("run", "shop.yaml")
    assert answer.code == 2
    assert answer.out == ""
    lines = answer.err.splitlines()
    assert len(lines) == 2
    assert lines[0].startswith("shop.yaml:9:16: customers.passers-by.priorty: ")
    assert "did you mean 'priority'?" in lines[0]
    assert lines[1].startswith("shop.yaml:11:71: demand[0].rate: ")
    assert not (folder / "results").exists()


def test_mistakes_about_sources(simulator, folder):
    text = (folder / "shop.yaml").read_text(encoding="utf-8")
    text = text.replace("policies:\n", "  broker: {lead_time: 1 day, lot: 30, maximum: 20}\npolicies:\n", 1)
    (folder / "shop.yaml").write_text(text, encoding="utf-8")
    answer = simulator("run", "shop.yaml")
    assert answer.code == 2
    assert answer.err == (
        "shop.yaml:15:11: suppliers.broker: the smallest order has 30 units by 'minimum' and 'lot', more than the "
        "'maximum' of 20\n"
    )
    (folder / "shop.yaml").write_text(text.replace(", maximum: 20", ""), encoding="utf-8")
    answer = simulator("run", "shop.yaml")
    assert answer.code == 2
    assert answer.err == (
        "shop.yaml:15:11: suppliers.broker: product 'tea' has several sources (importer, broker): say under "
        "'policies.sourcing' how to buy\n"
    )
    assert not (folder / "results").exists()


def test_mistake_on_the_command_line(simulator):
    answer = simulator("run", "shop.yaml", "--set", "products.tea.prise=3")
    assert answer.code == 2
    assert answer.err.startswith("--set products.tea.prise=3:1:")
    assert "did you mean 'price'?" in answer.err


def test_unknown_alternative(simulator):
    answer = simulator("run", "shop.yaml", "-a", "no waitin")
    assert answer.code == 2
    assert "did you mean 'no waiting'?" in answer.err


@pytest.mark.parametrize("command", ["run", "show", "validate"])
def test_missing_file(simulator, command):
    answer = simulator(command, "shopp.yaml")
    assert answer.code == 2
    assert answer.err.startswith("shopp.yaml:1:1: ")
    assert "Traceback" not in answer.err


def test_folder_that_cannot_be_written(simulator, folder):
    (folder / "taken").touch()
    answer = simulator("run", "shop.yaml", "--out", "taken")
    assert answer.code == 2
    assert answer.err.startswith("simulator: taken: ")
    assert len(answer.err.splitlines()) == 1


def test_validate_ok(simulator):
    answer = simulator("validate", "shop.yaml")
    assert (answer.code, answer.out, answer.err) == (0, "shop.yaml: ok\n", "")


def test_validate_looks_into_every_alternative(simulator, folder):
    text = (folder / "shop.yaml").read_text(encoding="utf-8")
    (folder / "other.yaml").write_text(
        text.replace("backorders: reject", "backorders: rejct"), encoding="utf-8"
    )
    answer = simulator("validate", "other.yaml", "shop.yaml")
    assert answer.code == 2
    assert answer.out == "shop.yaml: ok\n"
    assert len(answer.err.splitlines()) == 1
    assert answer.err.startswith("other.yaml:18:")
    assert "rejct" in answer.err


def test_validate_reads_order_histories(simulator, folder):
    (folder / "orders.csv").write_text("time,product,quantity\n0.5,tea,1\n0.7,coffee,2\n", encoding="utf-8")
    text = (folder / "shop.yaml").read_text(encoding="utf-8")
    (folder / "shop.yaml").write_text(
        text.replace("demand:\n", "demand:\n  - orders: orders.csv\n"), encoding="utf-8"
    )
    answer = simulator("validate", "shop.yaml")
    assert answer.code == 2
    assert answer.err.startswith("orders.csv:3:1: ")
    assert "coffee" in answer.err


@pytest.mark.parametrize("workers", ["1", "2"])
def test_figure_that_is_not_finite(simulator, monkeypatch, workers):
    monkeypatch.setattr("simulator.metrics.figures.LARGEST", 1e3)
    answer = simulator("run", "shop.yaml", "--set", "products.tea.price=1e14", "--workers", workers)
    assert answer.code == 2
    assert "the figure declined_value" in answer.err
    assert "products.tea.price = 1e+14" in answer.err
    assert "fault" not in answer.err


def test_number_too_large(simulator):
    answer = simulator("run", "shop.yaml", "--set", "products.tea.price=1e308")
    assert answer.code == 2
    assert answer.err.startswith("--set products.tea.price=1e308:1:26: products.tea.price: larger than 1e+15")


def test_demand_for_no_product(simulator, folder):
    text = (folder / "shop.yaml").read_text(encoding="utf-8")
    lines = [
        "  - {products: {}, segment: members}" if line.lstrip().startswith("- {product:") else line
        for line in text.splitlines()
    ]
    (folder / "shop.yaml").write_text("\n".join(lines), encoding="utf-8")
    answer = simulator("run", "shop.yaml")
    assert answer.code == 2
    assert "demand[0].products: too few entries: 0 instead of at least 1" in answer.err
