from __future__ import annotations

from portal_crawler.capture import Capture
from portal_crawler.reading import read_page
from portal_crawler.report.reading_changes import compare_readings
from portal_crawler.sites.profile import LayoutPeriod, SiteProfile
from tests.changing_portal import story_page

CAPTURE = Capture("http://a.test/1.html", story_page(1).encode())
PLAIN = SiteProfile(name="p", seeds=("http://a.test/",))


def test_a_profile_that_drops_a_paragraph_changes_the_text_by_it() -> None:
    after = PLAIN.model_copy(update={"layout": (LayoutPeriod(drop=("//p[3]",)),)})
    change = compare_readings(read_page(CAPTURE, PLAIN), read_page(CAPTURE, after))
    assert change.is_changed
    assert change.kind_before == change.kind_after == "article"
    assert change.edited == len(change.edits) == 1
    assert change.edits[0].after is None
    assert "Farmers of the valley" in (change.edits[0].before or "")


def test_the_same_reading_is_no_change() -> None:
    change = compare_readings(read_page(CAPTURE, PLAIN), read_page(CAPTURE, PLAIN))
    assert not change.is_changed
    assert (change.fields, change.edits) == ((), ())


def test_a_field_that_is_read_otherwise_is_told_with_both_values() -> None:
    other = Capture(CAPTURE.url, story_page(1, "Another headline of the day").encode())
    change = compare_readings(read_page(CAPTURE, PLAIN), read_page(other, PLAIN))
    told = {one.field: (one.before, one.after) for one in change.fields}
    assert told["title"] == ("Story 1 of the valley", "Another headline of the day")
