"""What PDF/A-2b (ISO 19005-2) wants beside the pages: metadata in XMP that say what the file's own
dictionary says, and which colours the numbers mean."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from xml.sax.saxutils import escape

from desk_app import paths
from desk_app.print.objects import File
from desk_app.print.tags import literal

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


def information(file: File, about: About) -> int:
    """Write the document information dictionary; gives its number. It can be read in the file's bytes."""
    date = _date(about.created)
    return file.add_whole(
        f"<</Title{literal(about.title)}/Subject{literal(about.serial)}"
        f"/Creator({CREATOR})/Producer({CREATOR})/CreationDate({date})/ModDate({date})>>"
    )


def metadata(file: File, about: About) -> int:
    """Write the same as XMP, not compressed so that any program finds it; gives the stream's number."""
    packet = _XMP.format(
        title=escape(about.title),
        serial=escape(about.serial),
        language=escape(about.language),
        creator=CREATOR,
        created=about.created.replace(microsecond=0).isoformat(),
    )
    return file.stream("/Type/Metadata/Subtype/XML", packet.encode(), compress=False)


def output_intent(file: File) -> str:
    """Write the colour profile; gives the dictionary that says all colours are sRGB."""
    profile = file.stream("/N 3", (paths.resources() / "colours/srgb.icc").read_bytes())
    name = "sRGB IEC61966-2.1"
    return (
        "<</Type/OutputIntent/S/GTS_PDFA1"
        f"/OutputConditionIdentifier({name})/Info({name})/DestOutputProfile {profile} 0 R>>"
    )


def _date(moment: datetime) -> str:
    """A moment as ISO 32000-1, 7.9.4 writes it."""
    zone = moment.strftime("%z")
    return moment.strftime("D:%Y%m%d%H%M%S") + (f"{zone[:3]}'{zone[3:5]}'" if zone else "")
