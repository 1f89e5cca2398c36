"""Stand-ins below the name space of a hosted notebook service."""
