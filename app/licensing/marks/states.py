"""What may be stamped, and what a file turns out to be when it is read back."""

from enum import StrEnum


class SourceType(StrEnum):
    """How a file came to be: terms of the IPTC's list of digital source types."""

    DIGITAL_CAPTURE = "digitalCapture"
    DIGITAL_CREATION = "digitalCreation"
    HUMAN_EDITS = "humanEdits"
    COMPOSITE = "composite"
    COMPOSITE_CAPTURE = "compositeCapture"
    COMPOSITE_SYNTHETIC = "compositeSynthetic"
    ALGORITHMIC_MEDIA = "algorithmicMedia"
    TRAINED_ALGORITHMIC_MEDIA = "trainedAlgorithmicMedia"
    COMPOSITE_WITH_TRAINED_ALGORITHMIC_MEDIA = "compositeWithTrainedAlgorithmicMedia"

    @property
    def label(self) -> str:
        return {
            "digitalCapture": "Recorded digitally",
            "digitalCreation": "Made by people with software",
            "humanEdits": "Recorded, edited by people",
            "composite": "Put together from several pieces",
            "compositeCapture": "Put together from recordings",
            "compositeSynthetic": "Put together, some of it synthetic",
            "algorithmicMedia": "Computed, without trained models",
            "trainedAlgorithmicMedia": "Made by a trained model",
            "compositeWithTrainedAlgorithmicMedia": "Put together, some of it by a trained model",
        }[self.value]

    @property
    def uri(self) -> str:
        return f"http://cv.iptc.org/newscodes/digitalsourcetype/{self.value}"


class MarkVerdict(StrEnum):
    """What a file is, as far as its mark and the service can say."""

    TRUSTED = "trusted"
    """Marked here, unchanged since, and the license stands now."""
    EXPIRED = "expired"
    """Marked here, unchanged since, but the license does not stand now."""
    TAMPERED = "tampered"
    """Marked here, and changed since."""
    UNKNOWN = "unknown"
    """Nothing of this service can be told of it."""


class MarkFinding(StrEnum):
    """Why a verdict is what it is."""

    INTACT = "intact"
    CHANGED = "changed"
    NOT_MEDIA = "not_media"
    UNREADABLE = "unreadable"
    NO_MANIFEST = "no_manifest"
    MANIFEST_ELSEWHERE = "manifest_elsewhere"
    OTHER_SIGNER = "other_signer"
    BROKEN_SIGNATURE = "broken_signature"
    NOT_RECORDED = "not_recorded"


STAMPED_TYPES = {
    "image/jpeg": "JPEG",
    "image/png": "PNG",
    "image/webp": "WebP",
    "audio/wav": "WAV",
    "audio/mpeg": "MP3",
    "video/mp4": "MP4",
    "video/quicktime": "MOV",
}
"""Kinds of files that can carry a mark, told by their content, with the names people know them by."""
