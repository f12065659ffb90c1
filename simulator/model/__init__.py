"""The model: nouns of the supply chain, played in SimPy."""
