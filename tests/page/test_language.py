"""Languages: which one a text is written in, and which declarations are believed."""

# ruff: noqa: RUF001 - words in other scripts are meant as such

from __future__ import annotations

import pytest

from portal_crawler.page.language import detect_language, settle_language

_MARATHI = "राष्ट्रपतींनी सोमवारी कायद्यावर स्वाक्षरी केली. नवीन नियम पुढील वर्षापासून लागू होतील, असे प्रवक्त्याने सांगितले."
_MALAY = "Perdana Menteri berkata kerajaan akan terus membantu rakyat yang terjejas dengan banjir di negeri itu."
_NORWEGIAN = "Statsministeren sa mandag at regjeringen vil legge fram et nytt lovforslag etter sommerferien."


@pytest.mark.parametrize(
    ("tag", "text"),
    [
        ("ar", "وسيبدأ العمل في الربيع ويكلف نحو أربعة ملايين، تدفع المحافظة نصفها على مدى السنوات الثلاث المقبلة."),
        ("tr", "Cumhurbaşkanı, dün akşam düzenlenen törende yaptığı konuşmada, ekonomik gelişmelere değindi."),
        ("cs", "Prezident v pondělí podepsal zákon o změně rozpočtu, který má platit od příštího roku."),
        ("ro", "Președintele a semnat luni legea privind modificarea bugetului, a anunțat purtătorul de cuvânt."),
        ("hu", "A köztársasági elnök hétfőn aláírta a törvényt. Az új szabályok a jövő évtől lépnek életbe."),
        (
            "pl",
            "Prezydent podpisał w poniedziałek ustawę o zmianie budżetu. Nowe przepisy wejdą w życie w maju.",
        ),
        ("uk", "Президент України підписав закон про внесення змін до бюджету, повідомила прес-служба."),
        ("sr", "Председник Србије изјавио је данас да ће влада усвојити нови закон о раду."),
        ("fa", "کشاورزانی که کالاهای خود را به بازار می‌آورند مدت‌ها بود که این پل را می‌خواستند."),
        ("bn", "রাষ্ট্রপতি সোমবার আইনে স্বাক্ষর করেছেন।"),
        ("ta", "குடியரசுத் தலைவர் சட்டத்தில் கையெழுத்திட்டார்."),
        ("ka", "პრეზიდენტმა ორშაბათს ხელი მოაწერა კანონს."),
    ],
)
def test_a_short_text_shows_its_language(tag: str, text: str) -> None:
    guess = detect_language(text)
    assert guess is not None
    assert guess.tag == tag
    assert settle_language("en", text)[0] == tag


@pytest.mark.parametrize(("declared", "text"), [("mr", _MARATHI), ("ms-MY", _MALAY), ("nb-NO", _NORWEGIAN)])
def test_a_declared_language_is_believed_where_its_like_is_found(declared: str, text: str) -> None:
    assert settle_language(declared, text)[0] == declared
