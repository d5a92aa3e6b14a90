"""What can go wrong around the local AWS: each failure knows what to tell the user and how the command ends."""


class LocalFailure(Exception):
    """``str(failure)`` is a sentence for the user; ``exit_code`` what the command ends with."""

    exit_code = 1


class EndpointRefused(LocalFailure):
    """The endpoint might be a real AWS, or cannot be understood."""

    exit_code = 2


class NothingRunning(LocalFailure):
    """No emulator of ours runs and no endpoint is set."""

    exit_code = 2


class NotAnswering(LocalFailure):
    """The local AWS was there and does not answer any more."""

    exit_code = 75


class PortTaken(LocalFailure):
    """Something else listens on the port that was asked for."""

    exit_code = 2


class InstallFailed(LocalFailure):
    """The emulator's own environment could not be made."""


class StartFailed(LocalFailure):
    """The emulator died or did not answer in time."""
