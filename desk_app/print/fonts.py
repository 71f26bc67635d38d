"""The faces of the documents and what a document embeds of them.

A character is taken from the first font of the chain that has it; one that no font has becomes a visible
placeholder and is remembered. Fonts are opened once per process, subsets made per document. What counts as
a character here is a character with the marks and variation selectors behind it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import chain, groupby
from operator import attrgetter
from pathlib import Path

from desk_app.domain.errors import FontsMissing
from desk_app.print.geometry import Weight
from desk_app.print.truetype import TrueTypeFile

FALLBACKS = (
    Path("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf"),
    Path("/usr/share/fonts/truetype/babelstone/BabelStoneHan.ttf"),
    Path("/usr/share/fonts/truetype/hanazono/HanaMinB.ttf"),
    Path("/usr/share/fonts/truetype/hanazono/HanaMinA.ttf"),
)
"""Debian's fonts-dejavu-core (Latin with every mark, Cyrillic), fonts-babelstone-han (forms of mainland
China) and fonts-hanazono: extensions B to F in full, G as far as BabelStone goes."""

PLACEHOLDER_ADVANCE = 1000
"""A placeholder is one em wide."""


_SELECTOR = r"\ufe00-\ufe0f\U000e0100-\U000e01ef"
_MARK = rf"\u0300-\u036f{_SELECTOR}"
_SELECTORS, _MARKED = re.compile(f"[{_SELECTOR}]"), re.compile(f"[{_MARK}]")
_CLUSTERS = re.compile(f".[{_MARK}]*", re.DOTALL)

_HAN = rf"[\u2e80-\u2fdf〇\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff][{_MARK}]*"
_SMALL = r"a-z\u00df-\u024f\u1e00-\u1eff"
_LATIN = rf"(?<![0-9A-Za-z])[A-Z\u00c0-\u00de]?[{_SMALL}][{_SMALL}{_MARK}]*(?![0-9])"
_FOREIGN = {
    "zh": ("en", re.compile(rf"{_LATIN}(?:[ ,.'’·()/-]+{_LATIN})*")),
    "en": ("zh-CN", re.compile(rf"{_HAN}(?:[·，、（）\s]*{_HAN})*")),
}
"""By a document's language which other one its texts may run into, and what that looks like: words, but no
codes such as numbers and serials."""


@dataclass(frozen=True, slots=True)
class Run:
    """Characters of one font, encoded; `resource` is None for a placeholder, `text` what it stands for."""

    resource: str | None
    codes: str
    advance: int
    text: str
    language: str = ""
    """Where it is not the document's."""


@dataclass(frozen=True, slots=True)
class Encoded:
    """A text ready to be shown; `advance` in thousandths of the type size."""

    runs: tuple[Run, ...]
    advance: int


class Embedded:
    """One font in one document: its characters in the order in which they were first used."""

    def __init__(self, resource: str, file: TrueTypeFile) -> None:
        self.resource = resource
        self.file = file
        self.characters: dict[str, int] = {}
        """Character, with its marks, to code; codes count from 1, so that they are glyph numbers of the
        subset."""
        self.advances: list[int] = []
        self._glyphs: list[int] = []

    def code(self, character: str, glyph: int) -> int:
        """The character's code, a new one when it is new."""
        code = self.characters.get(character)
        if code is None:
            code = self.characters[character] = len(self.characters) + 1
            self.advances.append(self.file.advance(glyph))
            self._glyphs.append(glyph)
        return code

    def program(self) -> bytes:
        """The font file to embed."""
        return self.file.subset(self._glyphs)


class Faces:
    """All fonts, opened on first use and kept."""

    def __init__(self, folder: Path, fallbacks: Sequence[Path] = FALLBACKS) -> None:
        """`folder` holds `NotoSansSC-Regular.ttf` and `NotoSansSC-SemiBold.ttf`."""
        self._folder = folder
        self._fallbacks = fallbacks
        self._files: dict[Path, TrueTypeFile] = {}
        self.find = cache(self._find)

    def _find(self, weight: Weight, character: str) -> tuple[TrueTypeFile, int] | None:
        """The font that has the character, and its glyph; None when there is none. Raises FontsMissing."""
        base = unicodedata.normalize("NFC", _SELECTORS.sub("", character))
        if len(base) != 1 or unicodedata.category(base) in ("Cc", "Cf", "Co", "Cs"):
            return None  # fonts draw what they like at private code points
        if selector := _SELECTORS.search(character):
            for file in self._chain(weight):
                if glyph := file.variant(base, selector[0]):
                    return file, glyph
        for file in self._chain(weight):
            if glyph := file.glyph(base):
                return file, glyph
        return None

    def _chain(self, weight: Weight) -> Iterator[TrueTypeFile]:
        yield self._open(self._folder / f"NotoSansSC-{weight.value}.ttf")
        for path in self._fallbacks:
            if path in self._files or path.exists():
                yield self._open(path)

    def _open(self, path: Path) -> TrueTypeFile:
        if path not in self._files:
            try:
                self._files[path] = TrueTypeFile(path)
            except OSError as error:
                raise FontsMissing from error
        return self._files[path]


class DocumentFonts:
    """Encodes the texts of one document and knows what must be embedded for them."""

    def __init__(self, faces: Faces, language: str = "zh-CN") -> None:
        """`language` is the document's; what is in another one is marked so."""
        self._faces = faces
        self.foreign = _FOREIGN["en" if language.startswith("en") else "zh"]
        self._regular, self._semibold = (
            _Encoder(weight, self) for weight in (Weight.REGULAR, Weight.SEMIBOLD)
        )
        self.embedded: dict[TrueTypeFile, Embedded] = {}
        self.unprintable: dict[str, None] = {}
        """Characters that no font has, in the order in which they came."""

    def encode(self, text: str, weight: Weight) -> Encoded:
        """The text as runs of one font each."""
        return self._encoder(weight)[text]

    def advance(self, text: str, weight: Weight) -> int:
        """Width in thousandths of the type size."""
        return self._encoder(weight).advance(text)

    def _encoder(self, weight: Weight) -> _Encoder:
        return self._regular if weight is Weight.REGULAR else self._semibold

    def character(self, character: str, weight: Weight) -> Run:
        """One character as a run of its own."""
        found = self._faces.find(weight, character)
        if found is None:
            if len(character) == 1:
                self.unprintable[character] = None
            return Run(None, "", PLACEHOLDER_ADVANCE, character)
        file, glyph = found
        embedded = self.embedded.get(file)
        if embedded is None:
            embedded = self.embedded[file] = Embedded(f"F{len(self.embedded) + 1}", file)
        code = embedded.code(character, glyph)
        return Run(embedded.resource, f"{code:04X}", embedded.advances[code - 1], character)


class _Encoder(dict[str, Encoded]):
    """The encoded texts of one weight; most cells of a statement come more than once."""

    def __init__(self, weight: Weight, fonts: DocumentFonts) -> None:
        super().__init__()
        self._characters = _Characters(weight, fonts)
        self._language, self._foreign = fonts.foreign

    def __missing__(self, text: str) -> Encoded:
        runs: list[Run] = []
        at = 0
        for words in self._foreign.finditer(text):
            runs += self._runs(text[at : words.start()])
            runs += [replace(run, language=self._language) for run in self._runs(words[0])]
            at = words.end()
        runs += self._runs(text[at:])
        encoded = self[text] = Encoded(tuple(runs), sum([run.advance for run in runs]))
        return encoded

    def _runs(self, text: str) -> Iterator[Run]:
        for resource, group in groupby(self._characters.of(text), attrgetter("resource")):
            if resource is None:
                yield from group
            else:
                yield _joined(list(group))

    def advance(self, text: str) -> int:
        return sum([run.advance for run in self._characters.of(text)])


class _Characters(dict[str, Run]):
    """The characters of one weight that the document has used."""

    def __init__(self, weight: Weight, fonts: DocumentFonts) -> None:
        super().__init__()
        self._weight = weight
        self._fonts = fonts

    def of(self, text: str) -> Iterable[Run]:
        """The runs of the text's characters."""
        if text.isascii() or not _MARKED.search(text):
            return map(self.__getitem__, text)
        return chain.from_iterable(map(self._cluster, _CLUSTERS.findall(text)))

    def _cluster(self, cluster: str) -> Iterable[Run]:
        """As one where a font has it as one, or nothing of it; else one by one."""
        run = self[cluster]
        if run.resource is not None or self[cluster[0]].resource is None:
            return (run,)
        return map(self.__getitem__, cluster)

    def __missing__(self, character: str) -> Run:
        run = self[character] = self._fonts.character(character, self._weight)
        return run


def _joined(runs: Sequence[Run]) -> Run:
    if len(runs) == 1:
        return runs[0]
    return Run(
        runs[0].resource,
        "".join([run.codes for run in runs]),
        sum([run.advance for run in runs]),
        "".join([run.text for run in runs]),
    )
