"""What its owner says of how a guarded thing may be opened by voice: the same of own devices and of found ones."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from gateway.dialects.section import Document, Duration, Topic
from gateway.home.device import Unlocking


class Arm(Document):
    """A live message that arms it, such as that of a keypad or a button beside the door."""

    topic: Topic
    payload: Annotated[str, Field(min_length=1, pattern=r"\S", description="an empty message arms nothing")]


class Guard(Document):
    """When it may be opened by voice. Whatever has a `lock` is guarded: no verb of a gate's relay is free any more."""

    unlock: Literal["never", "armed", "always"] = Field(
        "never", description="never; armed: once, within a window that somebody has opened at home; always"
    )
    window: Duration = Field(90.0, ge=60, le=120, description="how long it may be opened once it is armed")
    per_hour: int = Field(6, ge=1, le=60, description="how often it is opened in an hour at most")
    only_home: bool = Field(False, description="only while somebody is home (see `home: presence`)")
    arm: Arm | None = Field(None, description="a message that arms it; one that the broker has kept does not")

    @model_validator(mode="after")
    def _arms_what_can_be_armed(self) -> "Guard":
        if self.arm is not None and self.unlock != "armed":
            raise ValueError("`arm` needs `unlock: armed`")
        return self

    def unlocking(self) -> Unlocking:
        """The home's own word for it."""
        arm = self.arm or Arm.model_construct(topic="", payload="")
        return Unlocking(self.unlock, self.window, self.per_hour, self.only_home, arm.topic, arm.payload)
