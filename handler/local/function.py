"""The Lambda function in the emulator: this package as its code, this environment's libraries, and its event source."""

import io
import sys
import sysconfig
import zipfile
from contextlib import suppress
from pathlib import Path
from typing import Any

import handler
from handler.local.clients import Aws
from handler.local.resources import Names, Resources

PACKAGE = Path(handler.__file__).parent
HANDLER = "handler.entry.lambda_handler"
TIMEOUT_SECONDS = 60
MEMORY_MB = 1769  # what Lambda gives one whole CPU for
BATCH_SIZE = 10  # the most that SQS hands over without a batching window
CONCURRENCY = 2  # each worker process loads the models for itself; 2 is the least that AWS accepts
ROLE = "arn:aws:iam::000000000000:role/ticket-processor"


def deploy(aws: Aws, resources: Resources, model_dir: Path | None = None, folder: Path = PACKAGE) -> None:
    """Puts the function and its event source in place, or brings them up to date. ``folder`` is its package."""
    name, code = resources.names.function, package(folder)
    configuration = _configuration(aws, resources, model_dir)
    with suppress(aws.functions.exceptions.ResourceNotFoundException):
        aws.functions.get_function(FunctionName=name)
        aws.functions.update_function_code(FunctionName=name, ZipFile=code)
        aws.functions.get_waiter("function_updated_v2").wait(FunctionName=name)
        aws.functions.update_function_configuration(FunctionName=name, **configuration)
        _listen(aws, resources)
        return
    aws.functions.create_function(FunctionName=name, Code={"ZipFile": code}, **configuration)
    aws.functions.get_waiter("function_active_v2").wait(FunctionName=name, WaiterConfig={"Delay": 1})
    _listen(aws, resources)


def package(folder: Path) -> bytes:
    """A zip of the package in ``folder``, under its own name, without compiled leftovers."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(folder.rglob("*")):
            if file.is_file() and "__pycache__" not in file.parts:
                archive.write(file, file.relative_to(folder.parent))
    return buffer.getvalue()


def _configuration(aws: Aws, resources: Resources, model_dir: Path | None) -> dict[str, Any]:
    return {
        "Runtime": runtime(),
        "Handler": HANDLER,
        "Role": ROLE,
        "Timeout": TIMEOUT_SECONDS,
        "MemorySize": MEMORY_MB,
        "Environment": {"Variables": environment(aws, resources, model_dir)},
    }


def runtime() -> str:
    """Lambda's name of this Python."""
    return f"python{sys.version_info.major}.{sys.version_info.minor}"


def environment(aws: Aws, resources: Resources, model_dir: Path | None) -> dict[str, str]:
    """The function's variables: its settings, where AWS is, and this environment's libraries for the emulator."""
    models = {} if model_dir is None else {"TICKETS_MODEL_DIR": str(model_dir.resolve())}
    return {
        **resources.settings(),
        **models,
        **aws.endpoint.environment(),
        "PYTHONPATH": ":".join(dict.fromkeys(sysconfig.get_path(path) for path in ("purelib", "platlib"))),
        "POWERTOOLS_SERVICE_NAME": "ticket-processor",
        "POWERTOOLS_METRICS_NAMESPACE": "TicketProcessor",
        "POWERTOOLS_TRACE_DISABLED": "1",
    }


def _listen(aws: Aws, resources: Resources) -> None:
    """Invokes the function with the queue's messages; a message that it reports stays on the queue."""
    if _event_sources(aws, resources.names):
        return
    aws.functions.create_event_source_mapping(
        FunctionName=resources.names.function,
        EventSourceArn=resources.queue_arn,
        BatchSize=BATCH_SIZE,
        FunctionResponseTypes=["ReportBatchItemFailures"],
        ScalingConfig={"MaximumConcurrency": CONCURRENCY},
    )


def _event_sources(aws: Aws, names: Names) -> list[str]:
    found = aws.functions.list_event_source_mappings(FunctionName=names.function)
    return [mapping["UUID"] for mapping in found["EventSourceMappings"]]


def remove(aws: Aws, names: Names) -> None:
    """Takes the function and its event sources away, if they are there."""
    with suppress(aws.functions.exceptions.ResourceNotFoundException):
        for uuid in _event_sources(aws, names):
            aws.functions.delete_event_source_mapping(UUID=uuid)
        aws.functions.delete_function(FunctionName=names.function)
