"""Gradients of convolution and pooling, and their statistics."""
