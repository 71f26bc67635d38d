"""Files of objects: numbered, packed, found again by programs of others."""

import io
import zlib
from hashlib import shake_256

import pikepdf
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pikepdf import Name

from desk_app.print.objects import Entries, File, Stream, _differences


def undone(data: bytes, width: int) -> bytes:
    """Rows again, from their differences."""
    above, rows = bytes(width), []
    for at in range(0, len(data), width + 1):
        assert data[at] == 2
        row = data[at + 1 : at + 1 + width]
        above = bytes((a + b) & 255 for a, b in zip(row, above, strict=True))
        rows.append(above)
    return b"".join(rows)


@given(
    st.integers(1, 9).flatmap(
        lambda n: st.tuples(
            st.just(n), st.lists(st.binary(min_size=n, max_size=n), min_size=1, max_size=20)
        )
    )
)
def test_differences_can_be_undone(rows: tuple[int, list[bytes]]) -> None:
    width, lines = rows
    spread = b"\0".join([b"", *lines])
    assert undone(_differences(spread, width), width) == b"".join(lines)


def whole(file: File, **entries: int) -> pikepdf.Pdf:
    """The file with its objects under these names of the catalogue."""
    said = {name: f"{number} 0 R" for name, number in entries.items()}
    pages = file.reference(file.Pages)
    file.Catalog = Entries({"Type": "/Catalog", "Pages": pages, **said})  # type: ignore[assignment]
    return pikepdf.open(io.BytesIO(file.format()))


@pytest.mark.parametrize("count", [1, 9, 300, 5000])
def test_many_objects_in_rows_are_found_each(count: int) -> None:
    file = File("en")
    file.Reference(
        Stream(shake_256().digest(20_000))
    )  # qpdf believes in no more objects than bytes
    first = file.reserve(count)
    numbers = range(first, first + count)
    file.put_rows(numbers, [(f"<</I {number}>>",) for number in numbers], 50)
    entries = {f"A{number}": number for number in (first, first + count // 2, numbers[-1])}
    with whole(file, **entries) as pdf:
        for name, number in entries.items():
            assert number == pdf.Root[f"/{name}"].I


def test_an_object_may_take_several_rows() -> None:
    file = File("en")
    one, other = file.reserve(), file.reserve()
    file.put_rows([one, other], [["[", "1 ", "2 ", "]"], ["[", "3 ", "]"]], 2)
    with whole(file, A=one, B=other) as pdf:
        assert list(pdf.Root.A) == [1, 2]
        assert list(pdf.Root.B) == [3]


def test_no_rows_are_no_stream() -> None:
    file = File("en")
    file.put_rows([], [], 50)
    with whole(file) as pdf:
        streams = [each for each in pdf.objects if isinstance(each, pikepdf.Stream)]
        assert [each.Type for each in streams] == [Name.ObjStm, Name.XRef]


def test_a_stream_is_compressed_unless_it_must_be_seen() -> None:
    file = File("en")
    data = b"seen by all " * 20
    hidden, seen = file.number(Stream(data, N=1)), file.number(Stream(data, compress=False, N=2))
    with whole(file, A=hidden, B=seen) as pdf:
        assert pdf.Root.A.read_bytes() == pdf.Root.B.read_bytes() == data
        assert zlib.decompress(pdf.Root.A.read_raw_bytes()) == data
        assert pdf.Root.B.read_raw_bytes() == data
