from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal_crawler.errors import ProfileError
from portal_crawler.sites.profile import SiteProfile
from portal_crawler.sites.profile_toml import dump_profile, load_profile, parse_profile, save_profile
from portal_crawler.sites.toml_text import toml_text

ROOT = Path(__file__).resolve().parents[2]
HEAD = 'name = "a"\nseeds = ["http://www.portal.test/"]\n'


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            'name = "a"\nseed = ["http://h/"]\n',
            "p.toml, line 2, key seed: is not a key of a profile; did you mean seeds?",
        ),
        (
            HEAD + "[scope]\nmax_deph = 3\n",
            "p.toml, line 4, key scope.max_deph: is not a key of a profile; did you mean scope.max_depth?",
        ),
        (
            HEAD + "delay = 3\n",
            "p.toml, line 3, key delay: is not a key of a profile; did you mean politeness.delay? It belongs there",
        ),
        (
            HEAD + "[output]\nzebra = 1\n",
            "p.toml, line 4, key output.zebra: is not a key of a profile;"
            " known keys here: compression, disk_floor, memory_ceiling, report, warc, warc_size",
        ),
        (
            HEAD + '[politeness]\ndelay = "fast"\n',
            'p.toml, line 4, key politeness.delay: is "fast"; write a number',
        ),
        (
            HEAD + '[politeness]\nrobots = "ok"\n',
            'p.toml, line 4, key politeness.robots: is "ok"; write "obey" or "ignore"',
        ),
        (
            'name = "a"\nseeds = "http://h/"\n',
            'p.toml, line 2, key seeds: is "http://h/"; write a list, such as ["…", "…"]',
        ),
        ('seeds = ["http://h/"]\n', "p.toml, key name: is missing; add name = …"),
        (
            'name = "a"\n',
            'p.toml, key seeds: has no address to start from; add seeds = ["http://…/"], or feeds, or sitemaps',
        ),
        (
            HEAD + "[scope]\nmax_depth = -1\n",
            "p.toml, line 4, key scope.max_depth: is -1; write a value greater than or equal to 0",
        ),
    ],
)
def test_an_error_names_file_line_key_and_cure(text: str, message: str) -> None:
    with pytest.raises(ProfileError) as caught:
        parse_profile(text, "p.toml")
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("text", "part"),
    [
        (HEAD + '[scope]\nexclude = ["("]\n', "not a regular expression"),
        (HEAD + '[[layout]]\nbody = ["td["]\n', "neither CSS nor XPath"),
        (HEAD + '[[layout]]\nbody = ["//td["]\n', "neither CSS nor XPath"),
        (HEAD + '[[layout]]\nbody = ["//td[no-such-function(.)]"]\n', "neither CSS nor XPath"),
        (HEAD + '[scope]\nexclude = ["a{99999999999999999999}"]\n', "not a regular expression"),
        (HEAD + f'[scope]\nexclude = ["{"(" * 3_000}a{")" * 3_000}"]\n', "not a regular expression"),
        (
            HEAD + '[fields]\npublished = {regex = "(.)", format = "%Y", time_zone = "No/Where"}\n',
            "not a time zone",
        ),
        (HEAD + '[charset]\nprefer = "gb18031"\n', "not a charset that Python knows"),
        (HEAD + '[scope]\nhosts = ["http://h/"]\n', "not a host"),
        ('name = "a"\nseeds = ["www.portal.test"]\n', "not an absolute address"),
        ('name = "a"\nseeds = ["http://h.test:80:90/"]\n', "no host and port"),
    ],
)
def test_a_value_that_cannot_work_is_found_when_the_profile_is_loaded(text: str, part: str) -> None:
    with pytest.raises(ProfileError, match=part) as caught:
        parse_profile(text, "p.toml")
    assert caught.value.place.startswith("line ")


def test_the_line_of_a_key_in_the_second_table_of_an_array_is_found() -> None:
    text = HEAD + "[[layout]]\nuntil = 2002-01-01\n\n[[layout]]\nuntil = 2006-01-01\nbod = []\n"
    with pytest.raises(ProfileError) as caught:
        parse_profile(text, "p.toml")
    assert caught.value.place == "line 8, key layout[1].bod"


def test_several_problems_are_counted_and_the_misspelt_key_comes_first() -> None:
    with pytest.raises(ProfileError) as caught:
        parse_profile('name = "A b"\nseeds = ["http://h/"]\ndelai = 1\n', "p.toml")
    assert caught.value.place == "line 3, key delai"
    assert caught.value.cure.endswith("(1 more to mend after it)")


def test_a_layout_behind_a_list_of_layouts_is_told_with_the_line_to_take_out() -> None:
    with pytest.raises(ProfileError, match=r"line 4.*; take out the line layout = … above it"):
        parse_profile(HEAD + "layout = []\n[[layout]]\n", "p.toml")


def test_a_number_of_thousands_of_digits_is_told_as_one() -> None:
    with pytest.raises(ProfileError, match="a number has more digits than can be read"):
        parse_profile(HEAD + f"[scope]\nmax_pages = {'1' * 5_000}\n", "p.toml")


def test_a_file_that_is_not_there_no_toml_or_no_text_is_named(tmp_path: Path) -> None:
    with pytest.raises(ProfileError, match="there is no such file"):
        load_profile(tmp_path / "none.toml")
    bad = tmp_path / "bad.toml"
    bad.write_text("name = portal\n")
    with pytest.raises(ProfileError, match="is not TOML"):
        load_profile(bad)
    bad.write_bytes(b'name = "\xff"\n')
    with pytest.raises(ProfileError, match="cannot be read"):
        load_profile(bad)


def test_hosts_come_from_the_seeds_where_the_file_names_none() -> None:
    profile = parse_profile('name = "a"\nseeds = ["http://www.portal.test:8080/x"]\nfeeds = ["http://b.test/f"]\n', "p")
    assert profile.scope.hosts == ("www.portal.test:8080", "b.test")


def test_a_dumped_profile_is_the_same_when_loaded_again(tmp_path: Path) -> None:
    data = {
        "name": "a",
        "title": 'A "quoted" \\ title\n',
        "seeds": ["http://www.portal.test/"],
        "scope": {
            "hosts": ["www.portal.test"],
            "aliases": {"m.test": "www.portal.test"},
            "exclude": [r"/search\?", r"it's\b"],
        },
        "network": {"connect_to": {"*": "127.0.0.1:8900"}},
        "layout": [{"until": date(2006, 1, 1), "body": ["td[width='480']"]}, {"drop": ["div"]}],
        "fields": {"published": {"regex": r"(\w+)", "format": "%B %d", "time_zone": "Asia/Shanghai"}},
        "gates": {"max_error_rate": 0.02},
        "output": {"warc": False},
    }
    profile = SiteProfile.model_validate(data)
    path = tmp_path / "deep" / "p.toml"
    save_profile(profile, path, ["a comment"])
    assert load_profile(path) == profile
    assert path.read_text(encoding="utf-8").startswith("# a comment\n")


@given(st.text(), st.lists(st.text()), st.dictionaries(st.text(), st.text()))
def test_any_text_survives_the_toml_writer(text: str, texts: list[str], table: dict[str, str]) -> None:
    import tomllib

    data = {"a": text, "b": texts, "t": {"d": table}}
    assert tomllib.loads(toml_text(data)) == data


def test_every_profile_of_the_repository_loads() -> None:
    profiles = [load_profile(path) for path in sorted((ROOT / "data" / "sites").glob("*.toml"))]
    assert "portal-2004" in [profile.name for profile in profiles]
    for profile in profiles:
        assert parse_profile(dump_profile(profile), profile.name) == profile
