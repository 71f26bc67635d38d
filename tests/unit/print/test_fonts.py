"""Fonts: which one draws a character, and what is embedded of it."""

import io
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from desk_app import paths
from desk_app.domain.errors import BrokenPromise, FontsMissing
from desk_app.print.fonts import DocumentFonts, Faces
from desk_app.print.geometry import Weight
from desk_app.print.truetype import TrueTypeFile

REGULAR = paths.fonts() / "NotoSansSC-Regular.ttf"
DEJAVU = Path("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf")


@pytest.fixture
def fonts() -> DocumentFonts:
    return DocumentFonts(Faces(paths.fonts()))


def resources(fonts: DocumentFonts, text: str) -> list[str | None]:
    return [run.resource for run in fonts.encode(text, Weight.REGULAR).runs]


def test_ordinary_text_is_one_run_of_one_font(fonts: DocumentFonts) -> None:
    assert resources(fonts, "欧阳静怡 1,234.56") == ["F1"]
    assert fonts.advance("12", Weight.REGULAR) == 2 * 555


def test_figures_are_tabular(fonts: DocumentFonts) -> None:
    for weight in Weight:
        assert len({fonts.advance(figure, weight) for figure in "0123456789"}) == 1


@pytest.mark.parametrize("character", "㛃𠅤𬍛𪚥𫝀𬺡𰻞𰀀")
def test_every_extension_has_a_font(fonts: DocumentFonts, character: str) -> None:
    assert None not in resources(fonts, character)
    assert not fonts.unprintable


def test_what_no_font_has_is_a_placeholder_and_reported_once(fonts: DocumentFonts) -> None:
    assert resources(fonts, "王\U0001aff0明\U0001aff0") == ["F1", None, "F1", None]
    assert list(fonts.unprintable) == ["\U0001aff0"]


def test_a_private_character_is_never_drawn_as_what_some_font_makes_of_it(
    fonts: DocumentFonts,
) -> None:
    assert resources(fonts, "\ue001") == [None]


def test_without_the_fonts_no_document(tmp_path: Path) -> None:
    with pytest.raises(FontsMissing):
        DocumentFonts(Faces(tmp_path)).encode("王", Weight.REGULAR)


@pytest.mark.parametrize("path", [REGULAR, DEJAVU], ids=["simple", "composite"])
def test_a_subset_draws_the_same_outlines(path: Path) -> None:
    text = "Éü8" if path == DEJAVU else "欧8,"
    file, whole = TrueTypeFile(path), TTFont(path)
    subset = TTFont(io.BytesIO(file.subset([file.glyph(character) for character in text])))
    names, character_map = subset.getGlyphOrder(), whole.getBestCmap()
    for place, character in enumerate(text, start=1):
        name = character_map[ord(character)]
        drawn = subset["glyf"][names[place]].getCoordinates(subset["glyf"])
        assert drawn[0] == whole["glyf"][name].getCoordinates(whole["glyf"])[0]
        assert subset["hmtx"][names[place]] == whole["hmtx"][name]


def test_a_font_of_another_kind_is_refused(tmp_path: Path) -> None:
    (tmp_path / "font.otf").write_bytes(b"OTTO\0\0" + bytes(60))
    with pytest.raises(BrokenPromise):
        TrueTypeFile(tmp_path / "font.otf")
