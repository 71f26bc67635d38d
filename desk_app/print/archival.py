"""What PDF/A-2b (ISO 19005-2) wants beside the pages: metadata in XMP that say what the file's own
dictionary says, and which colours the numbers mean."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from types import SimpleNamespace
from xml.sax.saxutils import escape

from reportlab.pdfbase.pdfdoc import (
    PDFArray,
    PDFDate,
    PDFDocument,
    PDFInfo,
    PDFString,
)

from desk_app import paths
from desk_app.print.objects import Entries, Stream

CREATOR = "desk-app"
"""By which a file is known as one of ours, together with its subject, the statement number."""

_XMP = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" \
xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:pdf="http://ns.adobe.com/pdf/1.3/" \
xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/">
<dc:format>application/pdf</dc:format>
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
<dc:description><rdf:Alt><rdf:li xml:lang="x-default">{serial}</rdf:li></rdf:Alt></dc:description>
<dc:language><rdf:Bag><rdf:li>{language}</rdf:li></rdf:Bag></dc:language>
<xmp:CreatorTool>{creator}</xmp:CreatorTool><xmp:CreateDate>{created}</xmp:CreateDate>
<xmp:ModifyDate>{created}</xmp:ModifyDate><pdf:Producer>{creator}</pdf:Producer>
<pdfaid:part>2</pdfaid:part><pdfaid:conformance>B</pdfaid:conformance>
</rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="r"?>"""


@dataclass(frozen=True)
class About:
    """What the file says about itself. No personal data belongs here."""

    title: str
    serial: str
    language: str
    created: datetime


class Information(PDFInfo):
    """ReportLab's, without placeholders for what we do not say. It can be read in the file's bytes."""

    def __init__(self, about: About) -> None:
        super().__init__()
        self.title, self.subject = about.title, about.serial
        self.creator = self.producer = CREATOR
        self.created = _date(about.created)

    def format(self, document: PDFDocument) -> bytes:
        """As bytes."""
        entries = {
            "Title": PDFString(self.title),
            "Subject": PDFString(self.subject),
            "Creator": PDFString(self.creator),
            "Producer": PDFString(self.producer),
            "CreationDate": self.created,
            "ModDate": self.created,
        }
        return Entries(entries).format(document)


def metadata(about: About) -> Stream:
    """The same as XMP, not compressed so that any program finds it."""
    packet = _XMP.format(
        title=escape(about.title),
        serial=escape(about.serial),
        language=escape(about.language),
        creator=CREATOR,
        created=about.created.replace(microsecond=0).isoformat(),
    )
    return Stream(packet.encode(), compress=False, Type="/Metadata", Subtype="/XML")


def output_intents() -> PDFArray:
    """All colours are sRGB, whose profile goes with the file."""
    name = PDFString("sRGB IEC61966-2.1")
    intent = {
        "Type": "/OutputIntent",
        "S": "/GTS_PDFA1",
        "OutputConditionIdentifier": name,
        "Info": name,
        "DestOutputProfile": Stream(_profile(), N=3),
    }
    return PDFArray([Entries(intent)])


@cache
def _profile() -> bytes:
    return (paths.resources() / "colours/srgb.icc").read_bytes()


def _date(moment: datetime) -> PDFDate:
    """A moment in its own zone; ReportLab would take the machine's."""
    minutes = (moment.utcoffset() or timedelta()) // timedelta(minutes=1)
    hours = int(minutes / 60)
    stamp = SimpleNamespace(YMDhms=moment.timetuple()[:6], dhh=hours, dmm=abs(minutes) % 60)
    return PDFDate(stamp)
