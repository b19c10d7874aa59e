from __future__ import annotations

from xml.etree import ElementTree

from portal_crawler.cli.check_pages import PageResult, compare, junit_xml, site_of
from portal_crawler.sites.profile import Scope, SiteProfile


def test_only_the_keys_that_are_expected_are_compared() -> None:
    found = {"kind": "article", "title": "A", "authors": ["B"]}
    assert list(compare({"url": "http://h/", "about": "a remark", "kind": "article"}, found)) == []
    assert list(compare({"title": "C"}, found)) == ['title is "A", expected "C"']


def test_a_list_names_the_first_place_that_differs_and_counts_the_others() -> None:
    found = {"paragraphs": ["one", "two"]}
    assert list(compare({"paragraphs": ["one", "2", "3"]}, found)) == [
        'paragraphs[1] is "two", expected "2" (2 places differ)'
    ]
    assert list(compare({"paragraphs": ["one", "two", "three"]}, found)) == [
        'paragraphs[2] is nothing, expected "three"'
    ]
    assert list(compare({"paragraphs": ["one"]}, found)) == ['paragraphs[1] is "two", expected nothing']


def test_a_link_names_its_text_and_the_key_that_differs() -> None:
    wanted = [{"url": "http://h/", "text": "Home", "role": "header"}]
    found = {"links": [{"url": "http://h/", "text": "Home", "role": "body"}]}
    assert list(compare({"links": wanted}, found)) == ['links[0].role of "Home" is "body", expected "header"']


def test_a_misspelt_key_of_expected_json_is_a_difference() -> None:
    assert list(compare({"titel": "A"}, {"title": "A"})) == ["titel is no key of expected.json (known: title)"]


def test_a_page_is_read_by_the_profile_of_its_host_else_by_the_first() -> None:
    sites = [SiteProfile(name=name, scope=Scope(hosts=(f"{name}.test",))) for name in ("a", "b")]
    assert site_of("http://b.test/x", sites).name == "b"
    assert site_of("http://c.test/x", sites).name == "a"


def test_junit_xml_counts_and_names_what_failed() -> None:
    results = [PageResult("good", 0.5), PageResult('bad "one"', 0.25, ['title is "A" & more'])]
    suite = ElementTree.fromstring(junit_xml(results))
    assert suite.attrib | {"tests": "2", "failures": "1", "time": "0.750"} == suite.attrib
    failure = suite.find("testcase[@name='bad \"one\"']/failure")
    assert failure is not None
    assert failure.get("message") == 'title is "A" & more'
