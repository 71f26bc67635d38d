"""Signed documents: signed by file and by token, looked at by ourselves and by poppler."""

from __future__ import annotations

import io
import os
import random
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import pikepdf
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from pyhanko.sign.general import SigningError
from pypdf import PdfReader, PdfWriter

from desk_app import paths
from desk_app.domain.errors import (
    BadSettings,
    CertificateUnfit,
    SigningKeyUnavailable,
    SigningSecretWrong,
    TimeStampUnavailable,
)
from desk_app.domain.signature import CertificateProblem, SignatureState
from desk_app.print.documents import StatementDocuments
from desk_app.print.signatures import SignatureReader
from desk_app.print.signing import Authority, PadesSigner
from desk_app.print.signing_keys import CertificateFile, Secret
from desk_app.services.ports import Document, Language
from tests.fakes.statements import IMPRINT, annual
from tests.fixtures.authority import (
    PASSWORD,
    CertificateAuthority,
    Identity,
    TimeStampAuthority,
    time_stamping,
)

HALL = "徐汇区社会保险服务大厅"
NOW = datetime.now(UTC).replace(microsecond=0)
AT = replace(IMPRINT, printed_at=NOW)
SEAL = (430.0, 300.0, 540.0, 410.0)


@cache
def authority() -> CertificateAuthority:
    return CertificateAuthority()


@cache
def hall() -> Identity:
    return authority().hall(HALL)


@cache
def unsigned() -> Document:
    return StatementDocuments(paths.fonts()).statement(annual("good", 2025), AT, Language.CHINESE)


@pytest.fixture
def roots(tmp_path: Path) -> Path:
    return authority().roots(tmp_path)


@pytest.fixture
def reader(roots: Path) -> SignatureReader:
    return SignatureReader(roots)


@pytest.fixture
def signer(tmp_path: Path) -> PadesSigner:
    return by_file(hall().pem(tmp_path))


@pytest.fixture
def tsa() -> Iterator[TimeStampAuthority]:
    with time_stamping(authority().stamping()) as answering:
        yield answering


def by_file(path: Path, key: Path | None = None, secret: Path | None = None) -> PadesSigner:
    return PadesSigner(CertificateFile(path, key, Secret(secret)))


def secret(folder: Path, text: str = PASSWORD) -> Path:
    path = folder / "secret"
    path.write_text(text + "\n", encoding="utf-8")
    path.chmod(0o600)
    return path


# --- what is signed -------------------------------------------------------------------------------------


def test_a_signed_statement_is_trusted_and_says_so_on_its_last_page(
    signer: PadesSigner, reader: SignatureReader
) -> None:
    documents = StatementDocuments(paths.fonts(), signer=signer)
    document = documents.statement(annual("good", 2025), AT, Language.ENGLISH)
    found = reader.check(document.pdf)
    assert (found.state, found.signer, found.signed_at) == (SignatureState.TRUSTED, HALL, NOW)
    assert found.holds
    assert found.stamped_at is None
    said = PdfReader(io.BytesIO(document.pdf)).pages[-1].extract_text().replace("\n", " ")
    assert "digital signature of the hall" in said
    assert documents.serial_of(document.pdf) == IMPRINT.serial


def test_without_a_signer_the_last_page_says_that_nothing_was_signed(
    reader: SignatureReader,
) -> None:
    document = StatementDocuments(paths.fonts()).statement(
        annual("good", 2025), replace(AT, signed=True), Language.ENGLISH
    )
    said = PdfReader(io.BytesIO(document.pdf)).pages[-1].extract_text().replace("\n", " ")
    assert "bears no digital signature" in said
    assert reader.check(document.pdf).state is SignatureState.UNSIGNED


def test_the_drawn_file_is_in_the_signed_one_to_its_last_byte(signer: PadesSigner) -> None:
    drawn = unsigned().pdf
    signed = signer.sign(drawn, NOW, SEAL)
    assert signed.startswith(drawn)
    assert len(signed) - len(drawn) < 4_500
    assert signed == signer.sign(drawn, NOW, SEAL)
    assert signed != signer.sign(drawn, NOW + timedelta(seconds=1), SEAL)


def test_the_field_is_where_the_seal_is_and_shows_nothing(tmp_path: Path) -> None:
    with pikepdf.open(
        io.BytesIO(by_file(hall().pem(tmp_path)).sign(unsigned().pdf, NOW, SEAL))
    ) as file:
        page = file.pages[-1]
        (field,) = (one for one in page.Annots if one.get("/FT") == "/Sig")
        assert [float(edge) for edge in field.Rect] == list(SEAL)
        assert field.AP.N.read_bytes() == b""
        assert int(field.F) & 0b100110 == 0b100  # printed; not hidden, not without view (PDF/A-2)
        assert file.Root.Perms.DocMDP.Reference[0].TransformParams.P == 1
        assert "/DigestMethod" not in file.Root.Perms.DocMDP.Reference[0]


def test_metadata_stay_as_they_were(signer: PadesSigner) -> None:
    with (
        pikepdf.open(io.BytesIO(unsigned().pdf)) as drawn,
        pikepdf.open(io.BytesIO(signer.sign(unsigned().pdf, NOW))) as signed,
    ):
        assert dict(drawn.docinfo) == dict(signed.docinfo)
        assert drawn.Root.Metadata.read_bytes() == signed.Root.Metadata.read_bytes()
        assert drawn.trailer.ID[0] == signed.trailer.ID[0]
        assert drawn.trailer.ID[1] != signed.trailer.ID[1]


def test_an_elliptic_key_signs_too(tmp_path: Path, reader: SignatureReader) -> None:
    identity = authority().hall(key=ec.generate_private_key(ec.SECP256R1()))
    signed = by_file(identity.pem(tmp_path)).sign(unsigned().pdf, NOW)
    assert reader.check(signed).state is SignatureState.TRUSTED


# --- keys in files --------------------------------------------------------------------------------------


def test_a_pkcs12_file_opens_with_its_password(tmp_path: Path, reader: SignatureReader) -> None:
    signer = by_file(hall().p12(tmp_path), secret=secret(tmp_path))
    assert signer.certificate().subject == HALL
    assert reader.check(signer.sign(unsigned().pdf, NOW)).holds


def test_a_key_of_its_own_may_be_encrypted(tmp_path: Path, reader: SignatureReader) -> None:
    certificate, key = tmp_path / "hall.crt", tmp_path / "hall.key"
    certificate.write_bytes(hall().chain())
    key.write_bytes(hall().key_pem(PASSWORD))
    key.chmod(0o600)
    signer = by_file(certificate, key, secret(tmp_path))
    assert reader.check(signer.sign(unsigned().pdf, NOW)).holds


@pytest.mark.parametrize("form", ["p12", "pem"])
@pytest.mark.parametrize("given", ["wrong", None])
def test_a_wrong_or_missing_password_is_not_tried_twice(
    tmp_path: Path, form: str, given: str | None
) -> None:
    path = hall().p12(tmp_path) if form == "p12" else hall().pem(tmp_path, password=PASSWORD)
    signer = by_file(path, secret=given and secret(tmp_path, given))  # type: ignore[arg-type]
    with pytest.raises(SigningSecretWrong):
        signer.sign(unsigned().pdf, NOW)
    path.unlink()
    with pytest.raises(SigningSecretWrong):
        signer.sign(unsigned().pdf, NOW)


def test_a_secret_comes_from_the_keyring(
    tmp_path: Path, reader: SignatureReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "keyring.get_password",
        lambda service, account: (
            PASSWORD if (service, account) == ("desk-app", "signature") else None
        ),
    )
    signer = by_file(hall().p12(tmp_path))
    assert reader.check(signer.sign(unsigned().pdf, NOW)).holds


def _open_to_others(folder: Path) -> PadesSigner:
    path = hall().pem(folder)
    path.chmod(0o640)
    return by_file(path)


def _open_secret(folder: Path) -> PadesSigner:
    path = secret(folder)
    path.chmod(0o604)
    return by_file(hall().p12(folder), secret=path)


def _not_a_certificate(folder: Path) -> PadesSigner:
    path = folder / "x.pem"
    path.write_text("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")
    path.chmod(0o600)
    return by_file(path)


def _no_key(folder: Path) -> PadesSigner:
    path = folder / "x.pem"
    path.write_bytes(hall().chain())
    path.chmod(0o600)
    return by_file(path)


def _another_key(folder: Path) -> PadesSigner:
    path = folder / "x.pem"
    path.write_bytes(hall().chain() + authority().hall("other").key_pem())
    path.chmod(0o600)
    return by_file(path)


def _neither_form(folder: Path) -> PadesSigner:
    path = folder / "x.p12"
    path.write_bytes(b"0\x82no file of ours")
    path.chmod(0o600)
    return by_file(path, secret=secret(folder))


@pytest.mark.parametrize(
    ("made", "reason"),
    [
        (lambda folder: by_file(folder / "none.pem"), "key_unreadable"),
        (_open_to_others, "open_to_others"),
        (_open_secret, "open_to_others"),
        (_not_a_certificate, "not_a_certificate"),
        (_no_key, "not_a_key"),
        (_another_key, "another_key"),
        (_neither_form, "not_a_certificate"),
    ],
)
def test_a_key_that_cannot_be_used_is_told(
    tmp_path: Path, made: Callable[[Path], PadesSigner], reason: str
) -> None:
    with pytest.raises(SigningKeyUnavailable) as refused:
        made(tmp_path).sign(unsigned().pdf, NOW)
    assert refused.value.reason == reason


def test_a_file_that_comes_back_signs_again(tmp_path: Path, reader: SignatureReader) -> None:
    signer = by_file(tmp_path / "hall.pem")
    with pytest.raises(SigningKeyUnavailable):
        signer.sign(unsigned().pdf, NOW)
    hall().pem(tmp_path)
    assert reader.check(signer.sign(unsigned().pdf, NOW)).holds


@pytest.mark.parametrize(
    ("certificate", "problem"),
    [
        ({"since": -30, "days": 29}, CertificateProblem.EXPIRED),
        ({"since": 2}, CertificateProblem.NOT_YET_VALID),
        ({"signs": False}, CertificateProblem.WRONG_USAGE),
    ],
)
def test_an_unfit_certificate_signs_nothing(
    tmp_path: Path, certificate: dict[str, float], problem: CertificateProblem
) -> None:
    identity = authority().hall(**certificate)  # type: ignore[arg-type]
    signer = by_file(identity.pem(tmp_path))
    with pytest.raises(CertificateUnfit) as refused:
        signer.sign(unsigned().pdf, NOW)
    assert refused.value.unfit is problem
    assert refused.value.valid_until == signer.certificate().valid_until


def test_a_certificate_that_ends_soon_is_still_good_but_told(tmp_path: Path) -> None:
    ending = by_file(authority().hall(days=20).pem(tmp_path, "ending")).certificate()
    assert ending.is_ending(NOW)
    assert ending.problem(NOW) is None
    assert not by_file(hall().pem(tmp_path)).certificate().is_ending(NOW)


# --- time stamps ----------------------------------------------------------------------------------------


def test_a_time_stamp_says_when(
    tmp_path: Path, tsa: TimeStampAuthority, reader: SignatureReader
) -> None:
    source = CertificateFile(hall().pem(tmp_path), None, Secret())
    signer = PadesSigner(source, Authority(tsa.url, 5, True))
    signed = signer.sign(unsigned().pdf, NOW, SEAL)
    found = reader.check(signed)
    assert found.state is SignatureState.TRUSTED
    assert found.stamped_at == tsa.answered[-1]
    signer.sign(unsigned().pdf, NOW, SEAL)
    assert len(tsa.answered) == 3  # the first one was to measure


def test_a_time_stamp_keeps_a_signature_trusted_after_the_certificates_end(
    tmp_path: Path, tsa: TimeStampAuthority, reader: SignatureReader
) -> None:
    identity = authority().hall(since=-1, days=2)
    source = CertificateFile(identity.pem(tmp_path), None, Secret())
    stamped = PadesSigner(source, Authority(tsa.url, 5, True)).sign(unsigned().pdf, NOW)
    plain = PadesSigner(source).sign(unsigned().pdf, NOW)
    later = SignatureReader(tmp_path / "roots.pem", lambda: NOW + timedelta(days=30))
    assert later.check(stamped).state is SignatureState.TRUSTED
    assert later.check(plain).state is SignatureState.UNTRUSTED


@pytest.mark.parametrize("mood", ["refuses", "nonsense", "down"])
@pytest.mark.parametrize("is_required", [True, False])
def test_without_a_time_stamp_the_setting_decides(
    tmp_path: Path,
    tsa: TimeStampAuthority,
    reader: SignatureReader,
    mood: str,
    is_required: bool,
) -> None:
    tsa.mood = mood
    url = tsa.url if mood != "down" else "http://127.0.0.1:9/tsa"
    source = CertificateFile(hall().pem(tmp_path), None, Secret())
    signer = PadesSigner(source, Authority(url, 2, is_required))
    if is_required:
        with pytest.raises(TimeStampUnavailable) as refused:
            signer.sign(unsigned().pdf, NOW)
        assert refused.value.reason == "127.0.0.1"
        tsa.mood = "good"
        if mood != "down":
            assert reader.check(signer.sign(unsigned().pdf, NOW)).stamped_at is not None
    else:
        found = reader.check(signer.sign(unsigned().pdf, NOW))
        assert found.holds
        assert found.stamped_at is None


# --- what is found in a file ----------------------------------------------------------------------------


def test_another_authority_is_not_trusted(tmp_path: Path, signer: PadesSigner) -> None:
    signed = signer.sign(unsigned().pdf, NOW)
    strangers = tmp_path / "strangers"
    strangers.mkdir()
    for reader in (SignatureReader(None), SignatureReader(CertificateAuthority().roots(strangers))):
        found = reader.check(signed)
        assert (found.state, found.signer) == (SignatureState.UNTRUSTED, HALL)


@pytest.mark.parametrize("stamped", [False, True], ids=["B-B", "B-T"])
def test_any_changed_byte_is_found(
    tmp_path: Path, tsa: TimeStampAuthority, reader: SignatureReader, stamped: bool
) -> None:
    """Flips single bits: all over the file, and closer together in the signature's envelope."""
    seed = int(os.environ.get("FLIPS_SEED", random.randrange(10**6)))
    print(f"FLIPS_SEED={seed}")
    chance = random.Random(seed)
    source = CertificateFile(hall().pem(tmp_path), None, Secret())
    signer = PadesSigner(source, Authority(tsa.url, 5, True) if stamped else None)
    signed = signer.sign(unsigned().pdf, NOW, SEAL)
    envelope = range(signed.rindex(b"/Contents <") + 10, signed.rindex(b"/ByteRange"))
    places = chance.sample(range(len(signed)), 80) + chance.sample(envelope, 120)
    for place in places:
        changed = bytearray(signed)
        changed[place] ^= 1 << chance.randrange(8)
        assert reader.check(bytes(changed)).state is SignatureState.BROKEN, place


def test_what_is_appended_is_found(signer: PadesSigner, reader: SignatureReader) -> None:
    signed = signer.sign(unsigned().pdf, NOW, SEAL)
    writer = PdfWriter(io.BytesIO(signed), incremental=True)
    writer.add_blank_page()
    appended = io.BytesIO()
    writer.write(appended)
    assert appended.getvalue().startswith(signed)
    found = reader.check(appended.getvalue())
    assert (found.state, found.signer) == (SignatureState.EXTENDED, HALL)
    assert reader.check(signed + b"\n% nothing\n").state is SignatureState.EXTENDED
    assert reader.check(signed[:-40]).state is SignatureState.BROKEN


def test_a_signed_file_is_not_signed_again(signer: PadesSigner, reader: SignatureReader) -> None:
    signed = signer.sign(unsigned().pdf, NOW, SEAL)
    with pytest.raises(SigningError, match="filled already"):
        signer.sign(signed, NOW, SEAL)
    assert reader.check(signed).holds


@pytest.mark.parametrize("content", [b"", b"no PDF", b"%PDF-1.7\n%%EOF\n"])
def test_a_file_without_signature_has_none(reader: SignatureReader, content: bytes) -> None:
    assert reader.check(content).state is SignatureState.UNSIGNED


@pytest.mark.parametrize(
    ("content", "problem"), [(None, "key_unreadable"), ("x", "not_a_certificate")]
)
def test_roots_that_are_none_are_named(tmp_path: Path, content: str | None, problem: str) -> None:
    path = tmp_path / "r.pem"
    if content is not None:
        path.write_text(content)
    with pytest.raises(BadSettings) as refused:
        SignatureReader(path)
    assert (refused.value.key, refused.value.problem) == ("signature.roots", problem)


def test_poppler_says_the_same(tmp_path: Path, tsa: TimeStampAuthority, roots: Path) -> None:
    source = CertificateFile(hall().pem(tmp_path), None, Secret())
    nss = tmp_path / "nss"
    nss.mkdir()
    run("certutil", "-N", "-d", f"sql:{nss}", "--empty-password")
    run("certutil", "-A", "-d", f"sql:{nss}", "-n", "roots", "-t", "C,C,C", "-i", str(roots))
    for authority_ in (None, Authority(tsa.url, 5, True)):
        signed = PadesSigner(source, authority_).sign(unsigned().pdf, NOW, SEAL)
        said = pdfsig(tmp_path, nss, signed)
        assert "Signature is Valid." in said
        assert "Certificate is Trusted." in said
        assert "Total document signed" in said
        assert HALL in said
        changed = bytearray(signed)
        changed[5_000] ^= 1
        assert "Digest Mismatch" in pdfsig(tmp_path, nss, bytes(changed))


def pdfsig(folder: Path, nss: Path, pdf: bytes) -> str:
    (folder / "looked-at.pdf").write_bytes(pdf)
    return run("pdfsig", "-nssdir", f"sql:{nss}", str(folder / "looked-at.pdf"))


def run(*command: str) -> str:
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False).stdout


def test_qpdf_finds_nothing_wrong(tmp_path: Path, signer: PadesSigner) -> None:
    path = tmp_path / "signed.pdf"
    path.write_bytes(signer.sign(unsigned().pdf, NOW, SEAL))
    checked = subprocess.run(["qpdf", "--check", path], capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_nothing_of_it_is_imported_before_something_is_signed() -> None:
    code = (
        "import sys; from desk_app import app, settings; from pathlib import Path; import tempfile;"
        "home = Path(tempfile.mkdtemp());"
        "c = app.opened(settings.load(home, env={}), home); c.__enter__();"
        "import desk_app.print.documents; c.__exit__(None, None, None);"
        "print([m for m in sys.modules if m.split('.')[0] in ('pyhanko', 'pkcs11', 'asn1crypto')])"
    )
    assert run(sys.executable, "-c", code) == "[]\n"
