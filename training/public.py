"""Public labelled data as JSON lines that ``evaluate`` reads: ``python -m training.public DATA OUT``.

DATA holds the folders banking77, clinc150, multidogo and gitbugs as their repositories have them. Only labels that map cleanly to one
of the default intents are kept; the mapping is a judgment.
"""

import csv
import json
import sys
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path

BANKING77 = {
    "login_issue": "passcode_forgotten pin_blocked unable_to_verify_identity",
    "payment_issue": "card_payment_fee_charged card_payment_wrong_exchange_rate declined_* transfer_fee_charged top_up_failed"
    " transfer_not_received_by_recipient pending_* Refund_not_showing_up request_refund reverted_* extra_charge_on_statement"
    " transaction_charged_twice top_up_by_*_charge cash_withdrawal_charge exchange_charge",
    "account_management": "edit_personal_details verify_my_identity card_linking activate_my_card terminate_account",
    "security_concern": "compromised_card lost_or_stolen_* cash_withdrawal_not_recognised card_payment_not_recognised"
    " direct_debit_payment_not_recognised",
    "general_inquiry": "age_limit country_support exchange_rate supported_cards_and_currencies visa_or_mastercard",
}
CLINC150 = {
    "login_issue": "account_blocked",
    "payment_issue": "card_declined",
    "security_concern": "report_fraud",
    "general_inquiry": "oos",
}
MULTIDOGO = {
    "account_management": "updateaddress openaccount closeaccount",
    "security_concern": "reportlostcard",
    "bug_report": "reportbrokensoftware",
}

Labelled = Iterator[tuple[str, str]]


def banking77(folder: Path, part: str) -> Labelled:
    """``part``: train or test."""
    with (folder / "banking77" / f"{part}.csv").open(encoding="utf-8", newline="") as file:
        yield from _mapped(((row["text"], row["category"]) for row in csv.DictReader(file)), BANKING77)


def clinc150(folder: Path, parts: tuple[str, ...]) -> Labelled:
    """``parts``: such as test and oos_test."""
    data = json.loads((folder / "clinc150" / "data_full.json").read_text(encoding="utf-8"))
    yield from _mapped(((text, label) for part in parts for text, label in data[part]), CLINC150)


def multidogo(folder: Path) -> Labelled:
    """The test parts."""
    for path in sorted((folder / "multidogo").glob("*.turn.test.tsv")):
        with path.open(encoding="utf-8", newline="") as file:
            rows = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
            yield from _mapped(((row["utterance"], row["intent"]) for row in rows), MULTIDOGO)


def gitbugs(folder: Path) -> Labelled:
    """Every summary is a bug."""
    with (folder / "gitbugs" / "hadoop_summaries.csv").open(encoding="utf-8", newline="") as file:
        yield from ((row["Summary"], "bug_report") for row in csv.DictReader(file) if row["Summary"].strip())


def _mapped(rows: Iterator[tuple[str, str]], mapping: dict[str, str]) -> Labelled:
    patterns = [(pattern, intent) for intent, names in mapping.items() for pattern in names.split()]
    for text, label in rows:
        intent = next((intent for pattern, intent in patterns if fnmatch(label or "", pattern)), None)
        if intent and text and text.strip():
            yield text, intent


def main(data: Path, out: Path) -> None:
    """Writes one file a source."""
    sources = {
        "banking77_train": banking77(data, "train"),
        "banking77_test": banking77(data, "test"),
        "clinc150_val": clinc150(data, ("val", "oos_val")),
        "clinc150_test": clinc150(data, ("test", "oos_test")),
        "multidogo_test": multidogo(data),
        "gitbugs": gitbugs(data),
    }
    out.mkdir(parents=True, exist_ok=True)
    for name, rows in sources.items():
        lines = [json.dumps({"body": text, "intent": intent, "style": name}) for text, intent in rows]
        (out / f"{name}.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
        print(name, len(lines))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
