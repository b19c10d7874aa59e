"""Attribution: what of a text and its page made the network think it the page's own, in a few words.

By occlusion (Zeiler and Fergus 2014): each group of features is set to its mean over the training data, and what that
changes in a text's log odds is what the group said.
"""

from __future__ import annotations

import re

from portal_crawler.page.block_features import BlockFeatures
from portal_crawler.page.block_network import BlockNetwork
from portal_crawler.page.own_text import log_odds
from portal_crawler.page.roles import Reason

# Each feature belongs to the first group whose pattern its name matches; a test holds that each belongs to one.
GROUPS: tuple[tuple[str, str], ...] = (
    ("the page as a whole", r"page_"),
    ("the page's address", r"address_"),
    ("the place of the headline", r"title_|is_title|below_|log_since_heading|heading_level"),
    ("its links", r"link_share|log_link|links_\d"),
    ("what else is in its boxes", r"(?:mass|prose|share|slots|density|controls|wider|own|place)_\d"),
    ("the bulk of the page's text", r"core"),
    ("what stands in places like its own", r"path_|label_"),
    ("its place on the page", r"place|log_before|log_behind|log_index|log_rest"),
    ("the names of its boxes", r"near_|under_"),
    ("the elements around it", r"in_|depth|floats"),
    ("how it is set", r"bold|italic|option|caption|hidden|images|h[1-6]|size|tag_|log_breaks"),
    ("its length and sentences", r""),
)
# Log odds below this are not worth a word.
_LEAST, _MOST = 0.3, 4


def attributions(network: BlockNetwork, found: BlockFeatures) -> tuple[tuple[Reason, ...], ...]:
    """Of each text in ``found`` what spoke for it and against it, the strongest first, in log odds."""
    whole = log_odds(network.read(found.values, found.weights, all_vote=True).body)
    said = []
    for words, _ in GROUPS:
        columns = [number for number, name in enumerate(found.names) if group_of(name) == words]
        values = found.values.copy()
        values[:, columns] = network.mean[columns]
        said.append((words, whole - log_odds(network.read(values, found.weights, all_vote=True).body)))
    return tuple(_strongest([(words, float(change[row])) for words, change in said]) for row in range(len(whole)))


def group_of(name: str) -> str:
    """The group of a feature."""
    return next(words for words, pattern in GROUPS if re.match(pattern, name))


def _strongest(said: list[tuple[str, float]]) -> tuple[Reason, ...]:
    ordered = sorted((one for one in said if abs(one[1]) >= _LEAST), key=lambda one: -abs(one[1]))
    return tuple(Reason(words, round(change, 1)) for words, change in ordered[:_MOST])
