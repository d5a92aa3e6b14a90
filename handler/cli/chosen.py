"""Settings as the environment has them, but for what an option says."""

from typing import Annotated, Literal

import typer

from handler.settings import Settings

Profile = Annotated[
    Literal["fast", "full"] | None, typer.Option(help="Which models are used.", envvar="TICKETS_PROFILE")
]
Backend = Annotated[
    Literal["ctranslate2", "torch"] | None, typer.Option(help="What runs them.", envvar="TICKETS_BACKEND")
]


def chosen_settings(**options: str | None) -> Settings:
    """An option that is not given leaves the environment's word."""
    given = {name: value for name, value in options.items() if value}
    return Settings(**given)  # type: ignore[arg-type]  # pydantic checks the values
