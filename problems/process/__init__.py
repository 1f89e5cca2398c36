"""How the homework was done."""
