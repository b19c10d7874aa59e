"""Hosts: the names under which the demo portal answers."""

from __future__ import annotations

MAIN = "www.portal.test"
BARE, ENGLISH, MIRROR, CLONE = "portal.test", "english.portal.test", "mirror.portal.test", "clone.test"
BIG5, SERVICE, ARCHIVE, CHINESE = (
    "big5.portal.test",
    "service.portal.test",
    "archive.portal.test:8080",
    "chinese.portal.test",
)
# Hosts that repeat the main one.
MIRRORS = (BARE, ENGLISH, MIRROR, CLONE)
HOSTS = (MAIN, CHINESE, SERVICE, ARCHIVE, *MIRRORS, BIG5)
