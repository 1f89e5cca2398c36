"""Rules that touch rows. Each module takes a session; its caller owns the transaction."""
