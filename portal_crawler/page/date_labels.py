"""Date labels: the words that say of a date whether it is that of publication or that of a change."""

# ruff: noqa: RUF001 - words in other scripts are meant as such

from __future__ import annotations

import re

_CHANGED = (
    r"updated|modified|revised|last\s+(?:update|edit|change|review)\w*|reviewed|aktualisiert|\bstand\s*:|letzte\s+änderung",
    r"mise?\s+à\s+jour|actualizad[oa]|actualización|atualizado|aggiornat[oa]|bijgewerkt|uppdaterad|opdateret|oppdatert",
    r"päivitetty|zaktualizowan[oa]|aktualizacja|aktualizováno|güncelle(?:me|nme|ndi)|cập\s+nhật(?:\s+lần\s+cuối)?",
    r"ενημέρωση|ενημερώθηκε|обновлен[оие]+|обновлён|изменено|оновлено|עודכן|עדכון(?:\s+אחרון)?|تحديث|بروز[\s\u200c]?رسانی",
    r"به[\s\u200c]?روز[\s\u200c]?رسانی|अपडेट(?:ेड)?|ปรับปรุง(?:ล่าสุด)?|อัปเดต|수정|업데이트",
    r"(?:更新|修改)(?:时间|時間|日期|日時|日|于|於)?",
)
# Between such a word and the date: a word for "on", and the day of the week.
_BETWEEN = r"[\s:：|]*(?:(?:on|at|am|le|el|il|em|den|um|в)\b[\s:]*)?(?:[^\W\d_]{2,12}[,،]?\s+)?"
_BEFORE = re.compile(rf"(?:{'|'.join(_CHANGED)}){_BETWEEN}\Z", re.IGNORECASE)
# No such words are longer, in characters.
_REACH = 100
_BEHIND = re.compile(r"\s?更新(?!\w|\s*[:：])")
_PUBLISHED = re.compile(
    r"\b(?:published|posted|publication date|date|veröffentlicht|publié|publicado|pubblicato|gepubliceerd|publicerad"
    r"|opublikowano|yayın\w*|ngày đăng|δημοσιεύ\w+|δημοσίευση|פורסם|نشر|تاریخ|انتشار)\b"
    r"|опубликовано|发布|發布|発表|发表|發表|公開|掲載|配信|입력|등록|เผยแพร่|प्रकाशित",
    re.IGNORECASE,
)


def is_of_change(text: str, start: int, end: int) -> bool:
    """Whether a text says that the date from ``start`` to ``end`` is that of a change.

    >>> is_of_change("Last Updated: Saturday, 3 May 2008", 24, 34), is_of_change("Updates of 3 May 2008", 11, 21)
    (True, False)
    """
    return bool(_BEFORE.search(text[max(0, start - _REACH) : start]) or _BEHIND.match(text, end))


def is_of_publication(label: str) -> bool:
    """Whether a label is that of the day on which something appeared."""
    return bool(_PUBLISHED.search(label))
