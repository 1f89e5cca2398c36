"""How many numbers a layer learns."""


def conv_parameters(kernel: int, in_channels: int, filters: int, *, bias: bool = True) -> int:
    """Return the weights of `filters` square filters that span all input channels, and the biases.

    >>> conv_parameters(3, 10, 10)
    910
    """
    return filters * (kernel * kernel * in_channels + int(bias))


def linear_parameters(inputs: int, outputs: int, *, bias: bool = True) -> int:
    """Return one weight for each pair of input and output, and the biases.

    >>> linear_parameters(490, 3)
    1473
    """
    return outputs * (inputs + int(bias))
