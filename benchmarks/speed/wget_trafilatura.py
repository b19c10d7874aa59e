"""wget with a WARC, then trafilatura over what it archived: what ``whole_job.py`` holds a crawl against.

    python benchmarks/speed/wget_trafilatura.py ADDRESS SIZE OUT

wget follows the links of the portal's hosts, asks through the portal's server as through a proxy (it answers for every
host), and keeps a WARC; trafilatura reads each page of it with its metadata, as JSON lines. No ledger, no
near-duplicates, no link graph. Prints the number of answers. Needs wget, and the extra ``rivals``.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import trafilatura
from warcio.archiveiterator import ArchiveIterator

from portal_crawler.demo.profile import demo_profile

_EXCLUDE = r"(/calendar\?|/mail\.asp)"


def fetched(address: str, size: str, folder: Path) -> Path:
    """Crawl with wget; the WARC."""
    program = shutil.which("wget")
    if program is None:
        raise SystemExit("wget is not there; install Debian's package wget")
    profile = demo_profile(address, size)
    command = [
        program, "--quiet", "--recursive", "--level=inf", "--span-hosts", f"--domains={','.join(profile.scope.hosts)}",
        f"--reject-regex={_EXCLUDE}", "--delete-after", "--no-directories", "--tries=3", "-e", "robots=off",
        "-e", "use_proxy=yes", "-e", f"http_proxy=http://{address}/", "--max-redirect=5", "--timeout=10",
        f"--directory-prefix={folder / 'pages'}", f"--warc-file={folder / 'wget'}", *profile.seeds,
    ]  # fmt: skip
    done = subprocess.run(command, check=False)
    if done.returncode not in (0, 4, 8):  # 4 and 8: some address gave no answer, or an error
        raise SystemExit(f"wget ended with {done.returncode}")
    return folder / "wget.warc.gz"


def pages(warc: Path) -> Iterator[tuple[str, bytes]]:
    """The address and the unpacked body of every response."""
    with warc.open("rb") as file:
        for record in ArchiveIterator(file):
            if record.rec_type == "response":
                yield record.rec_headers.get_header("WARC-Target-URI"), record.content_stream().read()


def main() -> None:
    address, size, out = sys.argv[1], sys.argv[2], Path(sys.argv[3])
    count = 0
    with out.open("w", encoding="utf-8") as lines:
        for url, body in pages(fetched(address, size, out.parent)):
            count += 1
            told = trafilatura.extract(body, url=url, output_format="json", with_metadata=True) if body else None
            lines.write(json.dumps({"url": url, "page": told}) + "\n")
    print(count)


if __name__ == "__main__":
    main()
