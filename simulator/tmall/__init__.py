"""The Tmall side: shops, trades, refunds and their life cycle, and the TOP gateway that speaks of them.

Start at `simulator.tmall.lifecycle`, the table of what may happen to a refund, then `simulator.tmall.gateway`.
"""
