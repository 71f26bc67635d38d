"""What a hall's settings make of its signature: documents, `verify`, `doctor`, the start."""

from __future__ import annotations

import json
from concurrent.futures import Future
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from desk_app import app, cli
from desk_app.commands import doctor
from desk_app.commands.run import _warn
from desk_app.domain.errors import CertificateUnfit, SigningKeyUnavailable
from desk_app.domain.signature import SignatureState, SigningCertificate
from desk_app.services.ports import Document, Language
from desk_app.settings import PlatformSettings, Settings, SignatureSettings
from tests.fakes.statements import IMPRINT, annual
from tests.fixtures import soft_token
from tests.fixtures.authority import PASSWORD, time_stamping
from tests.integration.print.test_signatures import HALL, authority, hall, secret

AT = replace(IMPRINT, printed_at=datetime.now(UTC).replace(microsecond=0))
REAL = PlatformSettings(url="https://platform.example", terminal="SH-1", secret="x")


def settings(**signature: object) -> Settings:
    """Of a hall that does not work with the sandbox."""
    return Settings(platform=REAL, signature=SignatureSettings(**signature))  # type: ignore[arg-type]


def issued(counter: app.Counter) -> Document:
    documents = counter.services.statements.documents
    return documents.statement(annual("good", 2025), AT, Language.CHINESE)


def by_file(folder: Path, **certificate: float) -> Settings:
    identity = authority().hall(HALL, **certificate) if certificate else hall()  # type: ignore[arg-type]
    roots = str(authority().roots(folder))
    return settings(certificate=str(identity.pem(folder)), roots=roots)


def test_the_sandbox_signs_with_a_demonstration_certificate(desk_home: Path) -> None:
    desk_home.mkdir()
    with app.opened(Settings(), desk_home) as counter:
        found = counter.services.signatures.check(issued(counter).pdf)
    assert found.holds
    assert found.signer is not None
    assert found.signer.startswith("演示")


def test_nothing_set_up_is_unsigned_or_not_issued(desk_home: Path) -> None:
    desk_home.mkdir()
    with app.opened(settings(), desk_home) as counter:
        assert counter.services.signatures.certificate() is None
        found = counter.services.signatures.check(issued(counter).pdf)
        assert found.state is SignatureState.UNSIGNED
    for refusing in (
        settings(unsigned="refuse"),
        Settings(signature=SignatureSettings(unsigned="refuse")),
    ):
        with app.opened(refusing, desk_home) as counter:
            with pytest.raises(SigningKeyUnavailable) as refused:
                issued(counter)
            assert refused.value.reason == "not_set_up"
    assert not (desk_home / "sandbox-signature").exists()


def test_a_file_with_time_stamp(tmp_path: Path) -> None:
    with time_stamping(authority().stamping()) as tsa:
        hall_with_tsa = settings(
            certificate=str(hall().p12(tmp_path)),
            secret_file=str(secret(tmp_path)),
            time_stamp_url=tsa.url,
            roots=str(authority().roots(tmp_path)),
        )
        with app.opened(hall_with_tsa, tmp_path) as counter:
            found = counter.services.signatures.check(issued(counter).pdf)
    assert found.holds
    assert found.stamped_at is not None


def test_a_token(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "softhsm"
    monkeypatch.setenv("SOFTHSM2_CONF", str(soft_token.conf(folder)))
    soft_token.SoftToken.made(folder, hall())
    with_token = settings(
        token_library=soft_token.LIBRARY,
        token=soft_token.LABEL,
        token_key=soft_token.KEY,
        secret_file=str(secret(tmp_path, soft_token.PIN)),
        roots=str(authority().roots(tmp_path)),
    )
    with app.opened(with_token, tmp_path) as counter:
        assert counter.services.signatures.check(issued(counter).pdf).holds


def test_verify_tells_what_the_signature_says(
    tmp_path: Path, desk_home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with app.opened(by_file(tmp_path), tmp_path) as counter:
        (tmp_path / "s.pdf").write_bytes(issued(counter).pdf)
    config = tmp_path / "desk.toml"
    config.write_text(f'[signature]\nroots = "{tmp_path / "roots.pem"}"\n')
    arguments = ["verify", str(tmp_path / "s.pdf"), "--config", str(config), "--language", "en"]

    assert cli.main([*arguments, "--json"]) == 1  # this register knows nothing of it
    told = json.loads(capsys.readouterr().out)
    assert told["verdict"] == "unknown"
    assert told["signature"] == {
        "state": "trusted",
        "signer": HALL,
        "signed_at": AT.printed_at.isoformat(),
        "stamped_at": None,
    }
    cli.main(arguments)
    assert f"Signed by {HALL}" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("certificate", "state"),
    [({}, doctor.Health.OK), ({"days": 20}, doctor.Health.WARNING)],
)
def test_the_doctor_looks_at_the_certificate(
    tmp_path: Path, certificate: dict[str, float], state: doctor.Health
) -> None:
    with app.opened(by_file(tmp_path, **certificate), tmp_path) as counter:
        finding = doctor._signature(counter)
    assert finding.state is state
    assert HALL in finding.detail
    assert bool(finding.next_step) == (state is doctor.Health.WARNING)


def test_the_doctor_finds_an_expired_one_and_one_that_is_not_there(tmp_path: Path) -> None:
    with app.opened(by_file(tmp_path, since=-9, days=8), tmp_path) as counter:
        with pytest.raises(CertificateUnfit):
            doctor._signature(counter)
        assert doctor._finding("signature", doctor._signature, counter).state == "failed"
    with app.opened(settings(), tmp_path) as counter:
        assert doctor._signature(counter).state is doctor.Health.OK


def looked_at(result: SigningCertificate | Exception | None) -> Future[SigningCertificate | None]:
    future: Future[SigningCertificate | None] = Future()
    if isinstance(result, Exception):
        future.set_exception(result)
    else:
        future.set_result(result)
    return future


@pytest.mark.parametrize(
    ("since", "days", "said"),
    [
        (-1, 365, ""),
        pytest.param(-1, 20, "ends on", marks=pytest.mark.expected_log("certificate ends")),
        pytest.param(-9, 8, "unfit, expired", marks=pytest.mark.expected_log("cannot be signed")),
    ],
)
def test_the_start_says_what_stands_against_signing(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, since: float, days: float, said: str
) -> None:
    with app.opened(by_file(tmp_path, since=since, days=days), tmp_path) as counter:
        _warn(looked_at(counter.services.signatures.certificate()))
    assert [said in record.getMessage() for record in caplog.records] == [True] * bool(said)


@pytest.mark.expected_log("sign")
def test_the_start_says_that_there_is_no_key(caplog: pytest.LogCaptureFixture) -> None:
    _warn(looked_at(SigningKeyUnavailable("no_token", PASSWORD)))
    assert "signing_key_unavailable" in caplog.text
    assert PASSWORD not in caplog.text
    caplog.clear()
    cancelled: Future[SigningCertificate | None] = Future()
    cancelled.cancel()
    for silent in (cancelled, looked_at(None)):
        _warn(silent)
    assert not caplog.records
