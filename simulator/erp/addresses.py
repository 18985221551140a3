"""From which addresses an ERP takes calls, where it keeps a list of them."""

from simulator.world import World


def lets_in(world: World, client: str) -> bool:
    """Tell whether a call from address *client* is taken: all are, unless a setting names some."""
    listed = world.settings["erp_ip_whitelist"]
    return not listed or client in {address.strip() for address in listed.split(",")}
