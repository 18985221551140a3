"""Lets a Flask app hand out the pictures of decisions, for dialects in which a field holds a link to one."""

from flask import Flask, Response

from simulator.erp import proof
from simulator.world import World


def serve(app: Flask, world: World, base: str = "") -> None:
    """Answer `GET base/files/SHA256` with a picture, to whoever has its name."""

    @app.route(f"{base}/files/<sha256>")
    def file(sha256: str) -> Response:
        picture = proof.picture_of(world, sha256)
        return Response("", 404) if picture is None else Response(picture, mimetype="image/png")
