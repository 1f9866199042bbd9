"""What becomes of an assignment to an attribute of a model or layer.

On TensorFlow and JAX a training step is compiled with the Python numbers that
it saw first, on PyTorch it reads them anew each time. So that an assignment
does the same everywhere, a number that makes sense to change is a variable, and
all other arguments of the constructor are fixed.
"""

import functools
import inspect
import math

import keras


class Coefficient:
    """A float that may be changed at any time, also while `fit` runs.

    A descriptor: `beta = Coefficient()` in the body of a class, and
    `self.beta = beta` in its constructor. Reading gives the variable, of shape
    `()`; assigning a number assigns it to the variable. A constructor that
    assigns `None` has no use for it: it stays `None`, and numbers are refused.
    The variable is saved with the weights, the number last assigned is
    `setting(model, "beta")`.

    Args:
        least: Float, the smallest number that is accepted. Defaults to 0.
        below: Float, the number that all accepted ones are smaller than.
            Defaults to infinity.
    """

    def __init__(self, least=0.0, below=math.inf):
        self.least = least
        self.below = below

    def __set_name__(self, owner, name):
        self.name = name
        self._slot = f"_coefficient_{name}"

    def __get__(self, instance, owner=None):
        if instance is None:
            return self
        return getattr(instance, self._slot)

    def __set__(self, instance, value):
        if value is None and getattr(instance, self._slot, None) is None:
            setattr(instance, self._slot, None)
            return
        number = self._checked(value)
        if not hasattr(instance, self._slot):
            variable = instance.add_weight(
                name=self.name,
                shape=(),
                initializer=keras.initializers.Constant(number),
                trainable=False,
            )
            setattr(instance, self._slot, variable)
        elif getattr(instance, self._slot) is None:
            raise AttributeError(
                f"This {type(instance).__name__} was made without "
                f"`{self.name}`, and its steps have no place for it. Make a "
                f"new one with `{self.name}=...`"
            )
        else:
            getattr(instance, self._slot).assign(number)
        setattr(instance, f"{self._slot}_number", number)

    def _checked(self, value):
        try:
            number = float(value)
        except (TypeError, ValueError):
            number = math.nan
        if not self.least <= number < self.below:
            expected = f">= {self.least:g}"
            if self.below < math.inf:
                expected = f"in [{self.least:g}, {self.below:g})"
            raise ValueError(
                f"Expected `{self.name}` {expected}. "
                f"Received: {self.name}={value!r}"
            )
        return number


def setting(instance, name):
    """The Python number last assigned to a `Coefficient`, 0 if it is off."""
    return getattr(instance, f"_coefficient_{name}_number", 0.0)


class FixedSettings:
    """Mixin, before the Keras class: constructor's arguments stay as they are.

    An attribute with the name of an argument of a constructor of the package
    can be assigned once. Coefficients, and other properties, decide themselves.
    """

    def __setattr__(self, name, value):
        if name in _fixed_names(type(self)) and hasattr(self, name):
            raise AttributeError(
                f"`{name}` of {type(self).__name__} is fixed when it is made: "
                "steps that are compiled already would not see another value. "
                f"Make a new one with `{name}=...`; `set_weights` carries over "
                "what was trained"
            )
        super().__setattr__(name, value)


@functools.cache
def _fixed_names(cls):
    names = set()
    for base in cls.__mro__:
        own = base.__module__.split(".")[0] == __name__.split(".")[0]
        if own and "__init__" in vars(base):
            names |= set(inspect.signature(base.__init__).parameters)
    # Keras assigns `loss` in `compile`.
    names -= {"self", "args", "kwargs", "loss"}
    return {n for n in names if not hasattr(getattr(cls, n, None), "__set__")}
