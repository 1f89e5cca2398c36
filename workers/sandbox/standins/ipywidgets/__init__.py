"""Stand-in for ipywidgets: nobody moves a slider here, so each control keeps its first value."""

import sys
from collections.abc import Callable
from typing import Any

widgets = sys.modules[__name__]  # the same controls, by the library's other name


class Widget:
    """A control with a value."""

    def __init__(self, *positional: Any, **options: Any) -> None:
        self.children = positional
        self.value = options.get("value", options.get("min", 0))
        for name, option in options.items():
            setattr(self, name, option)

    def observe(self, *_: Any, **__: Any) -> None:
        """Do nothing: the value does not change."""

    on_click = on_submit = observe

    def __enter__(self) -> "Widget":
        return self

    def __exit__(self, *_: object) -> None:
        """Do nothing."""


def __getattr__(name: str) -> type[Widget]:
    if name.startswith("_") or not name[0].isupper():
        raise AttributeError(name)
    return Widget


def interact(function: Callable[..., Any] | None = None, **controls: Any) -> Any:
    """Call the function once, with each control's first value."""
    if function is None:
        return lambda given: interact(given, **controls)
    function(**{name: _first(control) for name, control in controls.items()})
    return function


interactive = interact_manual = interactive_output = interact


def fixed(value: Any) -> Widget:
    """A value that no control changes."""
    return Widget(value=value)


def _first(control: Any) -> Any:
    if isinstance(control, Widget):
        return control.value
    if isinstance(control, (tuple, list)) and control:
        return control[0]
    return control
