"""Dollars of a run. What both platforms pay alike is left out: requests to SQS, S3 and DynamoDB, logs, the registry."""

from benchmarks.costs import DOLLARS_PER_GB_SECOND, DOLLARS_PER_MILLION_REQUESTS
from benchmarks.scaling.run import Run

# m6a.large, 2 vCPUs (AMD EPYC, AVX2 and no VNNI, as what was measured) and 8 GiB: $0.0864 an hour, on demand, Linux, us-east-1:
# https://aws.amazon.com/ec2/pricing/on-demand/ (written down from memory, not read anew: give yours by --vcpu-hour)
DOLLARS_PER_VCPU_HOUR = 0.0864 / 2
# A cluster of one's own; 0 where the cluster is there for others already: https://aws.amazon.com/eks/pricing/
DOLLARS_PER_CLUSTER_HOUR = 0.10


def on_lambda(run: Run, memory_mb: int) -> float:
    """What its invocations cost, cold starts included, on x86_64."""
    return lambda_dollars(run.paid_seconds, len(run.batches), memory_mb)


def lambda_dollars(seconds: float, requests: int, memory_mb: int) -> float:
    """Gigabyte seconds and requests."""
    gigabyte_seconds = seconds * memory_mb / 1024
    return gigabyte_seconds * DOLLARS_PER_GB_SECOND["x86_64"] + requests * DOLLARS_PER_MILLION_REQUESTS / 1e6


def on_nodes(run: Run, vcpus: float, per_vcpu_hour: float = DOLLARS_PER_VCPU_HOUR) -> float:
    """Each pod pays for its limit of processors from its creation to its end: nodes without gaps, an assumption."""
    return run.paid_seconds / 3600 * vcpus * per_vcpu_hour
