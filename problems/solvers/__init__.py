"""Mathematics that several problems share, each function with an oracle of its own in the tests."""
