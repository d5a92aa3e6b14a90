"""The core: one seam, ``EnrichmentService.process``, and the steps behind it."""

from handler.service.core import EnrichmentService

__all__ = ["EnrichmentService"]
