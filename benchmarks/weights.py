"""The weights that are measured: MiniLM's own, and the two large models at full size with random ones.

Random weights cost the same arithmetic. They are made once and kept in the user's cache directory, pinned and converted
like any model of the user's own; their summaries mean nothing, so their length is fixed (tickets.py).
"""

import json
from pathlib import Path

import platformdirs

from handler import profiles
from handler.inference.artifacts import source_folder
from handler.inference.conversion.convert import convert
from handler.inference.fetch import fetch
from handler.inference.pins import ModelPin, model_pins, pin
from handler.inference.provision import provision
from handler.inference.trust import pin_of
from handler.settings import Settings

SEED = 0
LABELS = {0: "NEGATIVE", 1: "POSITIVE"}
SPECIALS = ["<s>", "<pad>", "</s>", "<unk>"]


def root() -> Path:
    """The model directory of the benchmark, filled."""
    found = Path(platformdirs.user_cache_dir("ticket-processor")) / "benchmark"
    own = model_pins(found)
    _minilm(found, own["minilm"])
    for name, make in (("distilbert", _distilbert), ("distilbart", _distilbart)):
        if not own[name].files:
            own[name] = _made(found, own[name], make)
        convert(own[name], source_folder(found, own[name]), found)
    return found


def _minilm(found: Path, pinned: ModelPin) -> None:
    source = source_folder(profiles.model_root(Settings()), pinned)
    provision(pinned, found, print, local=source if source.is_dir() else None)


def _made(found: Path, named: ModelPin, make: object) -> ModelPin:
    folder = found / "made" / named.name
    folder.mkdir(parents=True, exist_ok=True)
    make(folder)  # type: ignore[operator]
    pinned = pin_of(named.model_copy(update={"repository": "random weights"}), folder)
    fetch(pinned, found, print, folder)
    pin(pinned, found)
    return pinned


def _distilbert(folder: Path) -> None:
    import torch
    from transformers import DistilBertConfig, DistilBertForSequenceClassification

    torch.manual_seed(SEED)
    DistilBertForSequenceClassification(DistilBertConfig(id2label=LABELS)).save_pretrained(folder)
    own = source_folder(folder.parent.parent, model_pins()["minilm"])
    (folder / "vocab.txt").write_bytes((own / "vocab.txt").read_bytes())  # they share the vocabulary


def _distilbart(folder: Path) -> None:
    import torch
    from transformers import BartConfig, BartForConditionalGeneration

    torch.manual_seed(SEED)
    sides = {"layers": 6, "attention_heads": 16, "ffn_dim": 4096}
    sizes = {f"{side}_{name}": size for side in ("encoder", "decoder") for name, size in sides.items()}
    config = BartConfig(vocab_size=50_264, d_model=1024, max_position_embeddings=1024, **sizes)
    BartForConditionalGeneration(config).save_pretrained(folder)
    _bpe(folder)


def _bpe(folder: Path) -> None:
    """A byte-level vocabulary of the benchmark's own tickets, which splits them about as finely as GPT-2's."""
    from tokenizers import ByteLevelBPETokenizer

    from benchmarks.tickets import bodies

    trained = ByteLevelBPETokenizer()
    trained.train_from_iterator(bodies(300), vocab_size=700, special_tokens=SPECIALS, show_progress=False)
    trained.save_model(str(folder))
    vocabulary = json.loads((folder / "vocab.json").read_text(encoding="utf-8"))
    filled = vocabulary | {f"<unused{i}>": i for i in range(len(vocabulary), 50_264)}
    (folder / "vocab.json").write_text(json.dumps(filled), encoding="utf-8")
