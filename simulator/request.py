"""A request as it came in: bytes, headers, and when its first byte arrived."""

import msgspec


class RawRequest(msgspec.Struct):
    """One HTTP request, whole. Header names are lower case; *began* is `mono` of its first byte."""

    method: str
    path: str
    query: bytes
    headers: list[tuple[bytes, bytes]]
    body: bytes
    client: str = ""
    began: int = 0
    too_long: int = 0
    """Bytes of a body that was longer than is kept of any, and so was thrown away; else 0."""

    def header(self, name: bytes) -> bytes:
        """Return the value of header *name* (lower case), or nothing."""
        for found, value in self.headers:
            if found == name:
                return value
        return b""
