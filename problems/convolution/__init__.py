"""What a convolution computes: shapes, parameters, receptive fields, and the map as a matrix."""
