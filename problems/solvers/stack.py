"""A small classifier, layer by layer: pool, convolve, pool, flatten, two dense layers."""

from collections.abc import Mapping
from math import prod
from typing import Any

from .conv import output_size
from .parameters import conv_parameters, linear_parameters


def shapes(settings: Mapping[str, Any]) -> dict[str, list[int]]:
    """Return what leaves each layer, (channels, height, width) or a length, in order.

    Args:
        settings: side, channels, pool1, kernel, filters, pool2, hidden, classes; pooling windows
            do not overlap, the convolution has stride 1 and no padding.
    """
    pooled = output_size(settings["side"], settings["pool1"], settings["pool1"])
    convolved = output_size(pooled, settings["kernel"])
    again = output_size(convolved, settings["pool2"], settings["pool2"])
    flat = prod((settings["filters"], again, again))
    return {
        "maxpool1": [settings["channels"], pooled, pooled],
        "conv": [settings["filters"], convolved, convolved],
        "maxpool2": [settings["filters"], again, again],
        "flatten": [flat],
        "fc1": [settings["hidden"]],
        "relu": [settings["hidden"]],
        "fc2": [settings["classes"]],
        "softmax": [settings["classes"]],
    }


def conv_part(settings: Mapping[str, Any], *, bias: bool = True) -> int:
    """Return the parameters of the convolution; pooling has none."""
    return conv_parameters(settings["kernel"], settings["channels"], settings["filters"], bias=bias)


def dense_part(settings: Mapping[str, Any], *, bias: bool = True) -> int:
    """Return the parameters of both dense layers."""
    flat = shapes(settings)["flatten"][0]
    hidden, classes = settings["hidden"], settings["classes"]
    return linear_parameters(flat, hidden, bias=bias) + linear_parameters(
        hidden, classes, bias=bias
    )
