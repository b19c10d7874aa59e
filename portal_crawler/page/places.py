"""Places: cities from which stories are dated, as data. "London, May 3" says where, not by whom."""

from __future__ import annotations

_NAMES = (
    "abu dhabi, accra, addis ababa, algiers, almaty, amman, amsterdam, ankara, astana, athens, atlanta, auckland, "
    "baghdad, baku, bangkok, barcelona, beijing, beirut, belfast, belgrade, berlin, bogota, bonn, boston, "
    "brasilia, bratislava, brussels, bucharest, budapest, buenos aires, cairo, canberra, cape town, caracas, "
    "chicago, chisinau, colombo, copenhagen, dakar, damascus, davos, delhi, dhaka, doha, dubai, dublin, "
    "edinburgh, frankfurt, geneva, guangzhou, hamburg, hanoi, harare, havana, helsinki, ho chi minh city, hong "
    "kong, houston, islamabad, istanbul, jakarta, jerusalem, johannesburg, kabul, karachi, kathmandu, khartoum, "
    "kiev, kigali, kinshasa, kuala lumpur, kuwait city, kyiv, lagos, lahore, lima, lisbon, ljubljana, london, los "
    "angeles, luxembourg, macau, madrid, manila, melbourne, mexico city, miami, milan, minsk, mogadishu, "
    "montreal, moscow, mumbai, munich, nairobi, new delhi, new york, nicosia, oslo, ottawa, paris, phnom penh, "
    "prague, pretoria, pristina, pyongyang, quito, ramallah, rangoon, reykjavik, riga, rio de janeiro, riyadh, "
    "rome, san francisco, santiago, sao paulo, sarajevo, seoul, shanghai, shenzhen, singapore, skopje, sofia, "
    "stockholm, strasbourg, sydney, taipei, tallinn, tashkent, tbilisi, tehran, tel aviv, the hague, tianjin, "
    "tokyo, toronto, tripoli, tunis, ulan bator, vancouver, vienna, vientiane, vilnius, warsaw, washington, "
    "yangon, yerevan, zagreb, zurich",
    "athen, belgrad, brüssel, bukarest, den haag, düsseldorf, frankfurt/main, genf, jerusalem, kairo, kiew, köln, "
    "kopenhagen, lissabon, luxemburg, mailand, moskau, münchen, neu-delhi, peking, prag, rom, straßburg, "
    "stuttgart, teheran, tokio, warschau, wien, zürich",
    "athènes, berne, bruxelles, genève, le caire, londres, lyon, marseille, moscou, pékin, prague, téhéran, "
    "varsovie, vienne, atenas, berlín, bogotá, bruselas, ginebra, la habana, la haya, lisboa, méxico, moscú, "
    "nueva york, pekín, roma, são paulo, brasília, varsovia, viena, milano, mosca, pechino, parigi, londra, "
    "berlino, vienna, tóquio",
    "москва, киев, минск, лондон, париж, берлин, пекин, вашингтон, нью-йорк, токио, брюссель, санкт-петербург, київ",
)
_PLACES = frozenset(name for names in _NAMES for name in names.split(", "))


def is_place(text: str) -> bool:
    """Whether a text is the name of a city from which stories are dated.

    >>> is_place("London"), is_place("HONG KONG"), is_place("London Gazette")
    (True, True, False)
    """
    return text.casefold() in _PLACES or text.lower() in _PLACES
