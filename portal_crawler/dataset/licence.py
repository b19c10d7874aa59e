"""Licence: a statement as the names of two lists, SPDX (https://spdx.org/licenses/) and the Hugging Face hub.

The hub's: https://huggingface.co/docs/hub/repositories-licenses. Contains no input or output.
"""

from __future__ import annotations

import re

from packaging.licenses import InvalidLicenseExpression, canonicalize_license_expression

# One name; SPDX has expressions of several, too.
_ONE = re.compile(r"[A-Za-z0-9][A-Za-z0-9.+-]*\Z")
_HUB_NAMES = (
    "afl-3.0 agpl-3.0 apache-2.0 artistic-2.0 bigcode-openrail-m bigscience-bloom-rail-1.0 bigscience-openrail-m "
    "bsd bsd-2-clause bsd-3-clause bsd-3-clause-clear bsl-1.0 c-uda cc cc-by-2.0 cc-by-2.5 cc-by-3.0 cc-by-4.0 "
    "cc-by-nc-2.0 cc-by-nc-3.0 cc-by-nc-4.0 cc-by-nc-nd-3.0 cc-by-nc-nd-4.0 cc-by-nc-sa-2.0 cc-by-nc-sa-3.0 "
    "cc-by-nc-sa-4.0 cc-by-nd-4.0 cc-by-sa-3.0 cc-by-sa-4.0 cc0-1.0 cdla-permissive-1.0 cdla-permissive-2.0 "
    "cdla-sharing-1.0 creativeml-openrail-m ecl-2.0 epl-1.0 epl-2.0 etalab-2.0 eupl-1.1 gfdl gpl gpl-2.0 gpl-3.0 "
    "isc lgpl lgpl-2.1 lgpl-3.0 lgpl-lr lppl-1.3c mit mpl-2.0 ms-pl ncsa odbl odc-by ofl-1.1 openrail openrail++ "
    "osl-3.0 pddl postgresql unlicense wtfpl zlib"
)
_HUB = frozenset(_HUB_NAMES.split())
# Where the hub's name is not SPDX's in small letters.
_OTHERWISE = {
    "c-uda-1.0": "c-uda",
    "lgpllr": "lgpl-lr",
    "odbl-1.0": "odbl",
    "odc-by-1.0": "odc-by",
    "pddl-1.0": "pddl",
}
_GNU = re.compile(r"(gfdl|[al]?gpl-[\d.]+?)(?:-[\d.]+)?(?:-only|-or-later|\+)?\Z")


def spdx_name(licence: str) -> str | None:
    """SPDX's name as SPDX spells it, however it is spelled; ``None`` of what is none of its names.

    >>> spdx_name("cc-by-4.0"), spdx_name("proprietary")
    ('CC-BY-4.0', None)
    """
    if not _ONE.match(licence) or licence.lower().startswith("licenseref-"):
        return None
    try:
        return str(canonicalize_license_expression(licence))
    except InvalidLicenseExpression:
        return None


def hub_name(licence: str) -> str | None:
    """The hub's name; ``None`` of what the hub calls ``other``.

    >>> hub_name("CC-BY-4.0"), hub_name("ODC-By-1.0"), hub_name("GPL-3.0-or-later"), hub_name("for teaching alone")
    ('cc-by-4.0', 'odc-by', 'gpl-3.0', None)
    """
    small = licence.lower()
    gnu = _GNU.match(small)
    name = gnu[1] if gnu else _OTHERWISE.get(small, small)
    return name if name in _HUB else None
