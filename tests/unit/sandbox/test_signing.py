"""The demonstration's signing identity."""

from datetime import UTC, datetime
from pathlib import Path

from cryptography import x509

from desk_app.sandbox.signing import HALL, ROOTS, make_identity


def test_it_is_made_once_and_its_key_is_for_nobody_else(tmp_path: Path) -> None:
    folder = tmp_path / "signature"
    make_identity(folder, "示范大厅")
    first = (folder / HALL).read_bytes()
    make_identity(folder, "示范大厅")
    assert (folder / HALL).read_bytes() == first
    assert (folder / HALL).stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["signature"]


def test_it_names_itself_a_demonstration_and_is_certified_by_its_own_authority(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "signature"
    make_identity(folder, "示" * 70)
    (hall,) = x509.load_pem_x509_certificates((folder / HALL).read_bytes())
    (root,) = x509.load_pem_x509_certificates((folder / ROOTS).read_bytes())
    hall.verify_directly_issued_by(root)
    assert "演示" in hall.subject.rfc4514_string()
    assert "demonstration" in root.subject.rfc4514_string()
    assert hall.not_valid_before_utc < datetime.now(UTC) < hall.not_valid_after_utc


def test_whoever_comes_second_leaves_the_first_ones(tmp_path: Path, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    folder = tmp_path / "signature"
    make_identity(folder, "大厅")
    first = (folder / HALL).read_bytes()
    monkeypatch.setattr(Path, "exists", lambda _self: False)  # it looked before the first was there
    make_identity(folder, "大厅")
    monkeypatch.undo()
    assert (folder / HALL).read_bytes() == first
    assert [path.name for path in tmp_path.iterdir()] == ["signature"]
