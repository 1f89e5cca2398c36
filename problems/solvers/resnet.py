"""How many parameters the residual networks have.

Source: He, Zhang, Ren, Sun, Deep residual learning for image recognition (2015), table 1.
"""

from .parameters import conv_parameters, linear_parameters

STAGES = {
    18: (2, 2, 2, 2),
    34: (3, 4, 6, 3),
    50: (3, 4, 6, 3),
    101: (3, 4, 23, 3),
    152: (3, 8, 36, 3),
}
"""Blocks in each stage, by depth."""

BOTTLENECK_FROM = 50
STEM_KERNEL, COLOURS, STEM_WIDTH = 7, 3, 64
EXPANSION = 4


def resnet_parameters(depth: int, classes: int, *, bias: bool = True) -> int:
    """Return the trainable parameters: convolutions, batch norms, and the classifier.

    Args:
        depth: 18, 34, 50, 101 or 152.
        classes: outputs of the classifier.
        bias: whether the classifier has biases; the convolutions never have.

    >>> resnet_parameters(152, 10), resnet_parameters(18, 1000)
    (58164298, 11689512)
    """
    block = _bottleneck if depth >= BOTTLENECK_FROM else _basic
    total, channels = _conv_and_norm(STEM_KERNEL, COLOURS, STEM_WIDTH), STEM_WIDTH
    for stage, blocks in enumerate(STAGES[depth]):
        width = STEM_WIDTH * 2**stage
        for place in range(blocks):
            added, out = block(channels, width)
            total += added
            if place == 0 and (out != channels or stage > 0):
                total += _conv_and_norm(1, channels, out)
            channels = out
    return total + linear_parameters(channels, classes, bias=bias)


def _conv_and_norm(kernel: int, inputs: int, outputs: int) -> int:
    """A convolution without bias; its batch norm has a scale and a shift a channel."""
    return conv_parameters(kernel, inputs, outputs, bias=False) + 2 * outputs


def _basic(channels: int, width: int) -> tuple[int, int]:
    """Parameters of the block of the shallow networks, and the channels that leave it."""
    return _conv_and_norm(3, channels, width) + _conv_and_norm(3, width, width), width


def _bottleneck(channels: int, width: int) -> tuple[int, int]:
    """Parameters of the block of the deep networks, and the channels that leave it."""
    outputs = EXPANSION * width
    narrow = _conv_and_norm(1, channels, width) + _conv_and_norm(3, width, width)
    return narrow + _conv_and_norm(1, width, outputs), outputs
