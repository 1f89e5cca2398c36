"""What trained networks show: questions answered in prose beside a notebook."""
