"""The edges: the only rooms with doors to disk, processes, network and environment."""
