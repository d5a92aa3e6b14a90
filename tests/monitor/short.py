"""The rules, shortened so that minutes become seconds: what is changed, and nothing else.

docs/monitoring.md shows this table. Ratios, factors and counts stay as they are.
"""

import re

SCRAPE_SECONDS = 1

SHORTENED = {
    "[5m]": "[10s]",
    "[10m]": "[10s]",
    "[15m]": "[60s]",
    "[30m]": "[15s]",
    "[1h]": "[20s]",
    "[6h]": "[40s]",
    "[7d]": "[120s]",
    'le="300.0"': 'le="10.0"',
    "oldest_received_seconds) > 900": "oldest_received_seconds) > 5",
    "silence_seconds) > 200": "silence_seconds) > 25",
}
FOR = "for: 2s"


def shortened(text: str) -> str:
    """Rules or a query. Windows keep their names in recorded series."""
    for long, short in SHORTENED.items():
        text = text.replace(long, short)
    return re.sub(r"for: \w+$", FOR, text, flags=re.MULTILINE)
