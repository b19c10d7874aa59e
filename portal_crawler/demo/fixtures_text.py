"""Text of the fixture pages: sentences about a made-up river valley, put together by a seeded generator."""

# ruff: noqa: RUF001 - Chinese pages take full-width punctuation

from __future__ import annotations

from random import Random

_WHO = (
    "The valley's council", "A group of nine engineers", "The ferry company", "Liu Wenhai, who keeps the town archive,",
    "The ministry of water", "Teachers from three villages", "The young mayor of Linhe", "An old boatman",
    "The harbour office", "Farmers on the eastern bank", "The provincial museum", "A visiting delegation",
)  # fmt: skip
_DID = (
    "told reporters on Tuesday that", "had long suspected that", "wrote in an open letter that",
    "would not say whether",
    "said after two days of talks that", "explained to a full hall that", "found, to nobody's surprise, that",
    "confirmed in writing that", "noticed before anyone else that", "insisted with a smile that",
)  # fmt: skip
_WHAT = (
    "the new bridge would open before the autumn floods", "rice prices had fallen by 12 percent since March",
    "every second household now owned a telephone", "the old quarter could be saved without much money",
    "co-operation between the two banks had never been closer", "the dam's second gate needed “urgent” repair",
    "trade with the upper towns would double within five years", "no village would be moved against its will",
    "the railway would carry 3.4 million tons of grain", "the night market drew more visitors than the temple",
    "students should learn to swim before they learn to drive", "the census had missed some forty fishing boats",
)  # fmt: skip
_END = (
    ".", ", and few people in the tea houses disagreed.", ", although the figures for last year are not yet complete.",
    ", which is more than anyone had dared to hope in 1998.", ". That alone would be worth the journey.",
    ", a view that is shared on both sides of the water.", ". It may take longer than planned.",
    ", as the minutes of the meeting show.",
)  # fmt: skip
_SMALL = frozenset({"a", "to", "by", "of", "the", "and", "on"})
_ZH_WHO = ("市水利部门负责人", "沿江各村的老师", "大河博物馆", "轮渡公司", "年轻的镇长", "来访的代表团")
_ZH_DID = ("日前表示，", "在接受采访时说，", "在公开信中写道，", "再次强调，", "经过调查发现，")
_ZH_WHAT = (
    "新桥将在秋汛之前通车", "今年三月以来大米价格下降了百分之十二", "两岸的合作从来没有像今天这样密切",
    "老城区完全可以得到保护", "铁路每年将运送粮食三百四十万吨", "没有一个村庄会被迫搬迁", "夜市的游客比庙会还多",
)  # fmt: skip


def paragraphs(seed: int, count: int, sentences: tuple[int, int] = (2, 4)) -> tuple[str, ...]:
    """``count`` English paragraphs, no two alike."""
    rng = Random(seed)
    return tuple(" ".join(_sentence(rng) for _ in range(rng.randint(*sentences))) for _ in range(count))


def paragraphs_zh(seed: int, count: int) -> tuple[str, ...]:
    """``count`` Chinese paragraphs, with characters outside GB2312 here and there."""
    rng = Random(seed)
    texts = ["".join(_sentence_zh(rng) for _ in range(rng.randint(2, 4))) for _ in range(count)]
    return tuple(text + ("镇长名叫李喆。" if at == 1 else "") for at, text in enumerate(texts))


def headline(seed: int) -> str:
    """An English headline."""
    rng = Random(seed)
    what = rng.choice(_WHAT).replace("“", "").replace("”", "").removeprefix("the ")
    what = rng.choice(("", "", "Council: ", "Mayor Says ", "Why ", "No Doubt: ", "Report: ")) + what
    words = [word if word in _SMALL else word[:1].upper() + word[1:] for word in what.split()]
    return " ".join(words[:14])


def headline_zh(seed: int) -> str:
    """A Chinese headline."""
    rng = Random(seed)
    return rng.choice(("", "", "市长：", "快讯：", "本报评论：")) + rng.choice(_ZH_WHAT)


def _sentence(rng: Random) -> str:
    return f"{rng.choice(_WHO)} {rng.choice(_DID)} {rng.choice(_WHAT)}{rng.choice(_END)}"


def _sentence_zh(rng: Random) -> str:
    return f"{rng.choice(_ZH_WHO)}{rng.choice(_ZH_DID)}{rng.choice(_ZH_WHAT)}。"
