"""The routes of the control API about apps and what they use."""

from flask import Flask, Response

from simulator.control_body import answer
from simulator.world import World


def add_routes(app: Flask, world: World) -> None:
    """Add the routes to *app*."""

    @app.get("/v1/usage")
    def get_usage() -> Response:
        return answer(world.usage.listed())
