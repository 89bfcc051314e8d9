"""Pack license statuses into bytes as the IETF Token Status List draft says: two bits each, lowest bits first."""

from collections.abc import Iterable

from app.licensing.states import LicenseStatus

BITS = 2
VALID, INVALID, SUSPENDED = 0, 1, 2
_VALUES = {LicenseStatus.TERMINATED: INVALID, LicenseStatus.SUSPENDED: SUSPENDED}


def pack_status_list(*, size: int, marked: Iterable[tuple[int, LicenseStatus]]) -> bytes:
    """Return `size` statuses, four to a byte; those not marked are valid as far as the list is concerned."""
    packed = bytearray(-(-size * BITS // 8))
    for index, status in marked:
        packed[index // 4] |= _VALUES.get(status, VALID) << (index % 4) * BITS
    return bytes(packed)


def read_status(packed: bytes, index: int) -> int | None:
    """Return the status at a place, or nothing when it lies outside the list: unknown is never a yes."""
    if not 0 <= index < len(packed) * 4:
        return None
    return packed[index // 4] >> (index % 4) * BITS & 3
