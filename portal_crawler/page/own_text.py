"""Own text: which of a page's texts to take, given how likely each is the page's own."""

from __future__ import annotations

from enum import IntEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.floating[Any]]

# A text less likely than that is not taken, however little is known of the page.
_LEAST = 0.25
# Log odds: of one page alone nothing is surer than 0.98, for what looks like its text may stand on all others.
_SUREST = 4.0
# A longer text counts for so many characters.
MOST_WEIGHT = 65_535


class Standing(IntEnum):
    """What the rules say of a text: FREE to be the page's own, a LINE about the story (no other page speaks for it),
    or the HEADLINE, which stays apart.
    """

    FREE = 0
    LINE = 1
    HEADLINE = 2


def log_odds(likely: Numbers) -> Numbers:
    """The log odds of probabilities."""
    sure = np.clip(likely.astype(np.float64), 1e-6, 1 - 1e-6)
    odds: Numbers = np.log(sure / (1 - sure))
    return odds


def probability(odds: Numbers) -> Numbers:
    """The probabilities of log odds."""
    likely: Numbers = 1 / (1 + np.exp(-odds))
    return likely


def taken(own: Numbers, weights: Numbers, standings: NDArray[np.uint8], odds: Numbers | None) -> NDArray[np.bool_]:
    """Which texts to take.

    :param own: how likely each text is the page's own, by the page alone.
    :param weights: their lengths in characters.
    :param standings: values of ``Standing``.
    :param odds: log odds from other pages of the portal, if any are known.
    """
    likely = own
    if odds is not None:
        heard = np.where(standings == Standing.LINE, np.minimum(odds, 0), odds)
        likely = probability(np.clip(log_odds(own), -_SUREST, _SUREST) + heard)
    least = least_probability(likely, np.minimum(weights, MOST_WEIGHT))
    found: NDArray[np.bool_] = (likely >= least) & (standings != Standing.HEADLINE)
    return found


def least_probability(body: Numbers, weights: Numbers) -> float:
    """The probability from which texts are taken, so that the expected F1 is highest.

    A page of which the network is sure is cut at about a half; one of which it knows little is cut lower, since a
    lost half costs more than an added tenth (Lipton, Elkan and Naryanaswamy 2014, Optimal Thresholding of Classifiers
    to Maximize F1 Measure).

    :param body: the probability of each text, at least one.
    :param weights: what each would add, in characters.
    """
    order = np.argsort(-body, kind="stable")
    hits = np.cumsum(body[order] * weights[order], dtype=np.float64)
    expected = 2 * hits / (np.cumsum(weights[order], dtype=np.float64) + hits[-1] + 1e-6)
    return max(_LEAST, float(body[order][int(np.argmax(expected))]))
