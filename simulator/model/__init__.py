"""What happens: the nouns of the supply chain, played in SimPy."""
