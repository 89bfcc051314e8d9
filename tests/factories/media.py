"""Small media files, one of each kind that can be stamped.

They were made with FFmpeg from its own test picture and test tone, without metadata:

    still.jpg, still.png, still.webp   ffmpeg -f lavfi -i testsrc=size=64x48:rate=5:duration=1 -frames:v 1 ...
    tone.wav                           ffmpeg -f lavfi -i sine=440:duration=0.1:sample_rate=8000 ...
    tone.mp3                           ffmpeg -f lavfi -i sine=440:duration=0.3:sample_rate=16000 -b:a 16k ...
    film.mp4, film.mov                 ffmpeg -f lavfi -i testsrc=... -pix_fmt yuv420p -c:v mpeg4 -q:v 20 ...
"""

from pathlib import Path

_FOLDER = Path(__file__).parent.parent / "licensing" / "media"

MEDIA_TYPES = {
    "still.jpg": "image/jpeg",
    "still.png": "image/png",
    "still.webp": "image/webp",
    "tone.wav": "audio/wav",
    "tone.mp3": "audio/mpeg",
    "film.mp4": "video/mp4",
    "film.mov": "video/quicktime",
}
"""Names of the files, with what they are."""


def media(name: str) -> bytes:
    """Return the content of a file."""
    return (_FOLDER / name).read_bytes()
