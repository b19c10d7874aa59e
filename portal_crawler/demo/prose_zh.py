"""Prose of the Chinese edition. Holds characters outside GB2312, which its pages nevertheless declare."""

# ruff: noqa: RUF001 - Chinese takes full-width punctuation

from __future__ import annotations

from random import Random

_WHO = (
    "市水利部门负责人",
    "沿江各村的老师",
    "大河博物馆",
    "轮渡公司",
    "年轻的镇长李喆",
    "来访的代表团",
    "茶农协会",
    "铁路局",
    "气象台",
    "省图书馆",
)
_SAID = ("日前表示，", "在接受采访时说，", "在公开信中写道，", "再次强调，", "经过调查发现，", "在会议上宣布，")
_FACT = (
    "{place}新桥将在{month}月之前通车",
    "今年{month}月以来大米价格下降了百分之{n}",
    "{place}的老城区完全可以得到保护",
    "铁路每年将向{place}运送粮食{n}万吨",
    "{place}没有一个村庄会被迫搬迁",
    "{place}夜市的游客已经达到{n}万人",
    "{place}的水位上升了{n}厘米",
    "有{n}所学校已经接入网络",
    "{place}的丝绸出口增长了百分之{n}",
    "{n}种鸟类重新回到{place}",
)
_PLACES = ("临河", "上山", "白沙", "清水", "三湖", "红滩", "柳岛", "石桥镇", "北门", "下湾", "盐溪", "银湾")
_HEADS = (
    "{place}{n}个村庄迎来新变化",
    "{who}谈{place}建设",
    "{place}{month}月举办文化节",
    "{place}水利工程投入{n}亿元",
    "快讯：{place}游客突破{n}万",
)


class ProseZh:
    """Chinese sentences and headlines that never repeat within one portal."""

    def __init__(self) -> None:
        self._said: set[str] = set()

    def paragraphs(self, rng: Random, count: int) -> tuple[str, ...]:
        """``count`` paragraphs."""
        return tuple("".join(self._new(rng, self._sentence) for _ in range(rng.randint(2, 4))) for _ in range(count))

    def headline(self, rng: Random) -> str:
        """A headline."""
        return self._new(rng, lambda one: _filled(one.choice(_HEADS), one))

    def _sentence(self, rng: Random) -> str:
        who, said = rng.choice(_WHO), rng.choice(_SAID)
        return f"{who}{said}{_filled(rng.choice(_FACT), rng)}，{_filled(rng.choice(_FACT), rng)}。"

    def _new(self, rng: Random, make: object) -> str:
        while True:
            text: str = make(rng)  # type: ignore[operator]
            if text not in self._said:
                self._said.add(text)
                return text


def _filled(text: str, rng: Random) -> str:
    return text.format(
        place=rng.choice(_PLACES),
        n=rng.randint(2, 997),
        month=rng.randint(1, 12),
        who=rng.choice(_WHO).removesuffix("李喆"),
    )
