"""Encoding and separator of a delimited text, set or detected."""

from __future__ import annotations

import codecs
import csv
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from simulator.tables.data_file import file_error
from simulator.tables.format import Format

_SAMPLE: Final = 1 << 16
_SAMPLE_ROWS: Final = 50
_SEPARATORS: Final = (",", ";", "\t", "|", ":", " ", "^", "~", "\x1f")
_FIRST_ROWS: Final = 20
"""Number of rows searched for the header, because titles may stand above it."""
_BYTE_ORDER_MARKS: Final = (  # longer marks first: that of UTF-32 begins with that of UTF-16
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


@dataclass(frozen=True)
class Dialect:
    """Delimited text in UTF-8, with encoding and separator.

    Attributes:
        text: the text, without byte order mark and ``sep=`` line.
        encoding: encoding of the file.
        separator: character between two cells.
        begins: line of the file on which the text begins.
    """

    text: bytes
    encoding: str
    separator: str
    begins: int

    @property
    def read_as(self) -> tuple[str, ...]:
        """Differences from commas and UTF-8, in words."""
        separator = {",": "", "\t": "tabs", " ": "spaces"}.get(self.separator, f"'{self.separator}'")
        encoding = "" if self.encoding == "utf-8" else self.encoding.removesuffix("-le").removesuffix("-be")
        return tuple(filter(None, (separator, encoding)))


def dialect(raw: bytes, path: Path, given: Format, wanted: Collection[str]) -> Dialect:
    """Detect encoding and separator of a text.

    Args:
        raw: bytes of the file.
        path: the file, for mistakes.
        given: format of the file as far as the scenario sets it.
        wanted: names of the columns needed; the separator is the one that splits the header into them.

    Raises:
        ScenarioError: the bytes are not text in the encoding.
    """
    encoding, text = _utf_8(raw, path, given.encoding)
    if b"\0" in text:
        raise file_error(path, "holds zero bytes: it is no text with columns")
    begins, separator = 1, given.separator
    first, _, rest = text.partition(b"\n")
    if first[:4].lower() == b"sep=":
        begins, text = 2, rest
        separator = separator or first[4:].rstrip(b"\r").decode() or None
    text = text.rstrip(b"\x1a")  # the end-of-file mark of DOS
    sample = text[:_SAMPLE].decode("utf-8", "ignore").splitlines(keepends=True)
    return Dialect(text, encoding, separator or _separator(sample, wanted), begins)


def _utf_8(raw: bytes, path: Path, encoding: str | None) -> tuple[str, bytes]:
    """Return the name of the encoding, and the text in UTF-8.

    Args:
        raw: bytes of the file.
        path: the file, for mistakes.
        encoding: encoding set by the scenario; a byte order mark wins.
    """
    mark, marked = next(((mark, name) for mark, name in _BYTE_ORDER_MARKS if raw.startswith(mark)), (b"", ""))
    name = marked or encoding or _guessed(raw)
    try:
        text = raw.removeprefix(mark).decode(name)
    except (UnicodeError, ValueError) as error:
        raise file_error(path, f"is not text in {name}: {error}") from error
    if codecs.lookup(name).name == "utf-8":
        return "utf-8", raw.removeprefix(mark)
    return name, text.removeprefix("\ufeff").encode("utf-8", "backslashreplace")


def _guessed(raw: bytes) -> str:
    """Guess the encoding: UTF-16 if every other byte is zero, valid UTF-8, else Windows-1252 or Latin-1."""
    sample = raw[: _SAMPLE & ~1]
    if len(sample) >= 4:
        for name, zeros in (("utf-16-le", sample[1::2]), ("utf-16-be", sample[::2])):
            if zeros.count(0) > 0.7 * len(zeros) and sample.count(0) < 1.2 * zeros.count(0):
                return name
    for name in ("utf-8", "cp1252"):
        try:
            raw.decode(name)
        except UnicodeDecodeError:
            continue
        return name
    return "latin-1"


def header_row(rows: Sequence[Sequence[str | None]], wanted: Collection[str]) -> int:
    """Return the number of the header: the one of the first rows with most of the names needed.

    Args:
        rows: cells of the rows that are not empty; the first `_FIRST_ROWS` are searched.
        wanted: names of the columns needed.
    """
    found = [len({*wanted} & {(cell or "").strip() for cell in row}) for row in rows[:_FIRST_ROWS]]
    return found.index(max(found)) if found else 0


def _separator(sample: Sequence[str], wanted: Collection[str]) -> str:
    """Detect the separator by most names needed in the header, then rows of equal length, then most columns.

    Args:
        sample: first lines of the text.
        wanted: names of the columns needed.
    """

    def fits(separator: str) -> tuple[int, bool, int]:
        rows = []
        try:
            for row in csv.reader(sample, delimiter=separator):
                if row:
                    rows.append(row)
                if len(rows) == _SAMPLE_ROWS:
                    break
        except csv.Error:
            return 0, False, 0
        begins = header_row(rows, wanted)
        header = rows[begins] if rows else []
        alike = all(len(row) == len(header) for row in rows[begins:-1])
        return len({*wanted} & {cell.strip() for cell in header}), alike, len(header)

    return max(_SEPARATORS, key=fits)
