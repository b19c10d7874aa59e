"""Own text: which of a page's texts to take, given how likely each is the page's own."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.floating[Any]]

# A text less likely than that is not taken, however little is known of the page (costs nothing on WCXB dev).
_LEAST = 0.3


def least_probability(body: Numbers, weights: Numbers) -> float:
    """The probability from which texts are taken, so that the expected F1 is highest.

    A page of which the network is sure is cut at about a half; one of which it knows little is cut lower, since a
    lost half costs more than an added tenth (Lipton, Elkan and Naryanaswamy 2014, Optimal Thresholding of Classifiers
    to Maximize F1 Measure).

    :param body: the probability of each text, at least one.
    :param weights: what each would add, in characters.
    """
    order = np.argsort(-body, kind="stable")
    hits = np.cumsum(body[order] * weights[order])
    expected = 2 * hits / (np.cumsum(weights[order]) + hits[-1] + 1e-6)
    return max(_LEAST, float(body[order][int(np.argmax(expected))]))
