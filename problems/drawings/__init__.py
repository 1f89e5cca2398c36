"""Solutions as pictures: SVG for light and dark pages, each with its words."""
