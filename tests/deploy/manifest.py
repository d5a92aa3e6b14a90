"""Flox's manifest as a closed schema: what is not here is a mistake, or newer than Flox 1.14.

https://flox.dev/docs/man/manifest.toml; ``[containerize.config]`` has neither an entry point nor an environment.
"""

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

System = Literal["x86_64-linux", "aarch64-linux", "x86_64-darwin", "aarch64-darwin"]
Port = Annotated[str, StringConstraints(pattern=r"^\d+/(tcp|udp)$")]


class Closed(BaseModel):
    """No field that is not named, no value that would have to be converted; names are written with hyphens."""

    model_config = ConfigDict(
        extra="forbid", strict=True, alias_generator=lambda name: name.replace("_", "-"), validate_by_name=False
    )


class Package(Closed):
    """A package of the catalog."""

    pkg_path: str
    pkg_group: str | None = None
    version: str | None = None
    systems: list[System] | None = None
    priority: int | None = None


class Shutdown(Closed):
    command: str


class Service(Closed):
    command: str
    vars: dict[str, str] = {}
    is_daemon: bool = False
    shutdown: Shutdown | None = None
    systems: list[System] | None = None

    @model_validator(mode="after")
    def _a_daemon_can_be_stopped(self) -> Self:
        if self.is_daemon and self.shutdown is None:
            raise ValueError("a daemon needs shutdown.command")
        return self


class Activate(Closed):
    mode: Literal["dev", "run"]


class Options(Closed):
    systems: list[System] = Field(min_length=1)
    activate: Activate | None = None


class ContainerConfig(Closed):
    user: str | None = None
    exposed_ports: list[Port] = []
    cmd: list[str] = []
    volumes: list[str] = []
    working_dir: str | None = None
    labels: dict[str, str] = {}
    stop_signal: str | None = None


class Containerize(Closed):
    config: ContainerConfig


class Manifest(Closed):
    """A whole manifest, with one of the two headers."""

    version: Literal[1] | None = None
    schema_version: Literal["1.10.0", "1.11.0", "1.12.0", "1.13.0", "1.14.0", "1.15.0"] | None = None
    install: dict[str, Package]
    vars: dict[str, str] = {}
    hook: dict[Literal["on-activate"], str] = {}
    profile: dict[Literal["common", "bash", "zsh", "fish", "tcsh"], str] = {}
    services: dict[str, Service] = {}
    options: Options
    containerize: Containerize | None = None

    @model_validator(mode="after")
    def _one_header(self) -> Self:
        if (self.version is None) == (self.schema_version is None):
            raise ValueError("either version or schema-version, never both")
        return self
