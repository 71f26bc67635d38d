"""What a file says about itself, as PDF syntax."""

from datetime import datetime, timedelta, timezone

import pytest
from reportlab.pdfbase.pdfdoc import DummyDoc

from desk_app.print.archival import About, Information


@pytest.mark.parametrize(
    ("offset", "written"), [(480, "+08'00'"), (345, "+05'45'"), (-210, "-03'30'"), (0, "+00'00'")]
)
def test_a_moment_is_written_in_its_own_zone(offset: int, written: str) -> None:
    moment = datetime(2026, 11, 23, 10, 42, 7, tzinfo=timezone(timedelta(minutes=offset)))
    said = Information(About("T", "S", "en", moment)).format(DummyDoc()).decode()
    assert said.count(f"(D:20261123104207{written})") == 2
