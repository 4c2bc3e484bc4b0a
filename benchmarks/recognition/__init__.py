"""How well customers are recognised by name, and how fast among a million of them."""
