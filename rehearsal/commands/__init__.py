"""The commands of `refund-sandbox`, a module each (the four kinds of run share one)."""
