"""ticket-processor: support tickets from a queue, enriched by machine learning on CPU.

Reading order, from an event to the DynamoDB row:

1. ``app.py``            the Lambda function: an SQS event in, ``batchItemFailures`` out (``entry.py`` starts it)
                         (images: ``runtime.py``) and its sibling ``worker/loop.py``: receive, process, delete
2. ``bootstrap.py``      which adapter stands behind which port; ``profiles.py`` which models
3. ``service/core.py``   ``EnrichmentService.process``: the one seam; every entry point calls it
4. ``sqs/envelope.py``   what a message's body may look like, and the ticket versions that it names
5. ``domain/ticket.py``  what a ticket is, ``enriched.py`` what it becomes, ``version.py`` which of two is newer
6. ``pipeline/base.py``  a stage, a draft, and how a batch runs through them; then one file a stage
7. ``inference/``        models: ``cache.py`` holds them, ``engine/`` runs them, ``reference/`` on torch
8. ``storage/results.py``  the object first, then the conditional row, which is the commit

Beside that way: ``evaluation/`` how good the labels are, ``fitting/`` heads of one's own, ``local/`` the local AWS,
``operations/`` what an operator does by hand, ``cli/`` the command's words.

This package imports nothing by itself, so that a cold start pays only for what it uses.
"""

__version__ = "0.1.0"
