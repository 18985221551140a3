"""The methods' handlers: what differs from method to method, and nothing that `api/*.yaml` can say."""
