from __future__ import annotations

from portal_crawler.report.scope_changes import KnownAddress, ScopeChange, compare_scopes
from portal_crawler.sites.profile import Scope, SiteProfile, Urls


def profile(**scope: object) -> SiteProfile:
    return SiteProfile(name="p", seeds=("http://a.test/",), scope=Scope(hosts=("a.test",), **scope))


ADDRESSES = [
    KnownAddress(f"http://a.test/{path}", depth) for path, depth in (("news/1", 1), ("mail?id=1", 2), ("deep", 9))
]


def test_addresses_change_sides_by_the_rule_that_is_named() -> None:
    found = compare_scopes(ADDRESSES, profile(exclude=("/mail",)), profile(exclude=("/news/",), max_depth=3))
    assert (found.known, found.within_before, found.within_after) == (3, 2, 1)
    assert found.enter == (ScopeChange("http://a.test/mail?id=1", "[scope] exclude /mail"),)
    assert found.leave == (
        ScopeChange("http://a.test/news/1", "[scope] exclude /news/"),
        ScopeChange("http://a.test/deep", "[scope] max_depth 3"),
    )


def test_the_same_profile_changes_nothing() -> None:
    found = compare_scopes(ADDRESSES, profile(), profile())
    assert (found.entering, found.leaving, found.enter, found.leave) == (0, 0, (), ())


def test_all_changes_are_counted_though_the_first_are_told() -> None:
    many = [KnownAddress(f"http://a.test/{number}", 1) for number in range(1_000)]
    found = compare_scopes(many, profile(), profile(include=("^/none",)))
    assert found.leaving == 1_000
    assert 0 < len(found.leave) < 1_000


def test_parameters_that_choose_no_page_do_not_count() -> None:
    after = profile().model_copy(update={"urls": Urls(drop_params=("from",))})
    assert compare_scopes([KnownAddress("http://a.test/x?from=1", 0)], profile(), after).within_after == 1
