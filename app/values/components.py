"""What a likeness consists of, how it may be made to perform, and how it leaves the house."""

from enum import StrEnum


class Component(StrEnum):
    """A part of a likeness with assets, holders and limits of its own."""

    FACE = "face"
    """Volumetric facial capture or face map."""

    VOICE = "voice"
    """Neural voice model and the recordings it was made from."""

    BEHAVIOR = "behavior"
    """Model of mannerism, movement and delivery."""

    @property
    def label(self) -> str:
        return _COMPONENT_LABELS[self]


class Axis(StrEnum):
    """A way of use that needs its own consent for each component. What was not consented to is denied."""

    SCRIPTED = "scripted"
    """Lines and actions written beforehand and approved as written."""

    REALTIME = "realtime"
    """Generated live, driven by a player or a language model."""

    TRAINING = "training"
    """Fine-tuning further models on the component."""

    BLEND = "blend"
    """Mixing with the likeness of other performers."""

    TRANSLATION = "translation"
    """Speaking a language the performer did not record."""

    @property
    def label(self) -> str:
        return _AXIS_LABELS[self]


class DeliveryMode(StrEnum):
    """Whether the files of a component may leave the house."""

    EXPORT = "export"
    """The licensee downloads the files and must destroy them after the end."""

    HOSTED_ONLY = "hosted_only"
    """The component is used where it is; its files are never handed out."""

    @property
    def label(self) -> str:
        return _DELIVERY_LABELS[self]


_COMPONENT_LABELS = {
    Component.FACE: "Face",
    Component.VOICE: "Voice",
    Component.BEHAVIOR: "Behavior",
}

_AXIS_LABELS = {
    Axis.SCRIPTED: "Scripted lines",
    Axis.REALTIME: "Real-time generation",
    Axis.TRAINING: "Model training",
    Axis.BLEND: "Blending with others",
    Axis.TRANSLATION: "Other languages",
}

_DELIVERY_LABELS = {
    DeliveryMode.EXPORT: "Files are delivered",
    DeliveryMode.HOSTED_ONLY: "Hosted use only",
}
