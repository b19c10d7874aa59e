"""Addresses go from ledger to ledger exactly once, wherever either process dies."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from portal_crawler.engine.share import Share
from portal_crawler.frontier.address import Discovery
from portal_crawler.frontier.handed_over_sqlite import Outboxes
from portal_crawler.frontier.ledger_sqlite import Ledger
from portal_crawler.frontier.ownership import Ownership

_OWNERSHIP = Ownership(2, {})
_HOSTS = {_OWNERSHIP.of(f"h{number}.test"): f"h{number}.test" for number in range(20)}


@contextmanager
def _shard(folder: Path) -> Iterator[Ledger]:
    folder.mkdir(exist_ok=True)
    with closing(Ledger(folder)) as ledger:
        ledger.handed_over.prepare()
        ledger.commit()
        yield ledger


def _found(owner: int, *pages: int) -> list[Discovery]:
    """Pages of a host of a shard, as shard 0 finds them."""
    host = _HOSTS[owner]
    found = [
        Discovery(f"http://{host}/{page}", f"{host})/{page}", host, 2, 3, "http://via.test/", "LL") for page in pages
    ]
    return Share(0, _OWNERSHIP).dealt(found)


def _taken_in(taker: Ledger, outboxes: Outboxes) -> list[str]:
    found = outboxes.after(0, taker.handed_over.taken(0))
    if found:
        taker.add([one for _, one in found])
        taker.handed_over.set_taken(0, found[-1][0])
    return [one.url for _, one in found]


def test_only_what_is_committed_is_handed_over_and_each_address_once(tmp_path: Path) -> None:
    with _shard(tmp_path / "0") as giver, closing(Outboxes({0: tmp_path / "0"}, 1)) as outboxes:
        with _shard(tmp_path / "1") as taker:
            giver.add([*_found(0, 1), *_found(1, 1, 2)])
            assert _taken_in(taker, outboxes) == []
            giver.commit()
            assert len(_taken_in(taker, outboxes)) == 2
        with _shard(tmp_path / "1") as taker:  # it died before its commit
            assert len(_taken_in(taker, outboxes)) == 2
            taker.commit()
        with _shard(tmp_path / "1") as taker:
            giver.add(_found(1, 2, 3))  # one of them it has handed over before
            giver.commit()
            assert _taken_in(taker, outboxes) == [f"http://{_HOSTS[1]}/3"]
            taker.commit()
            assert taker.handed_over.taken(0) == giver.handed_over.sent(1) > 0
            row = taker.claim(_HOSTS[1], 1, 0.0)[0]
            assert (row.depth, row.via, row.hops) == (3, "http://via.test/", "LL")
            assert taker.counts() == {"queued": 2, "in_flight": 1}
        assert giver.counts() == {"queued": 1, "skipped": 3}
        assert giver.refusal(f"{_HOSTS[1]})/1") is None, "it is for the owner to judge"


def test_a_shard_without_a_ledger_yet_has_nothing_to_give(tmp_path: Path) -> None:
    with closing(Outboxes({0: tmp_path}, 1)) as outboxes:
        assert outboxes.after(0, 0) == []
