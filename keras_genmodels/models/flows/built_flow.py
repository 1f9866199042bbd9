"""What the flows share that make their own bijection."""

from keras_genmodels.bijections.chain import Chain
from keras_genmodels.bijections.logit import Logit
from keras_genmodels.models.flows.flow_model import FlowModel


class BuiltFlow(FlowModel):
    """A flow that makes its own bijection; what its models share.

    A subclass makes the maps of its arguments and hands them on; its
    `from_shape` is the constructor.

    Args:
        parts: List of `bijections.Bijection`, from data without a range.
        data_shape: Tuple of ints.
        sizes: Dict of ints and tuples of ints, arguments of the subclass. They
            become attributes, and are part of its configuration.
        data_range: `(low, high)`, which a logit takes to the real line before
            anything else; `None`; or `"auto"`: (0, 1) for images and for
            levels, `None` for other vectors.
        margin: Float in (0, 0.5), of that logit: see `bijections.Logit`.
            Defaults to 1e-3.
        num_levels: Optional int >= 2.
        **kwargs: Of `FlowModel`.
    """

    def __init__(
        self,
        parts,
        data_shape,
        *,
        sizes,
        data_range="auto",
        margin=1e-3,
        num_levels=None,
        **kwargs,
    ):
        if data_range == "auto":
            ends = len(data_shape) == 3 or num_levels is not None
            data_range = (0.0, 1.0) if ends else None
        if data_range is not None:
            parts = [Logit(data_range, margin=margin), *parts]
        super().__init__(
            Chain(parts),
            data_shape,
            data_range=data_range,
            num_levels=num_levels,
            **kwargs,
        )
        self.margin = float(margin)
        self.size_names = tuple(sizes)
        for name, value in sizes.items():
            setattr(self, name, value)

    @classmethod
    def from_shape(cls, data_shape, **kwargs):
        """The constructor, under the name that all models have it by."""
        return cls(data_shape, **kwargs)

    def get_config(self):
        config = super().get_config()
        del config["bijection"]  # no argument
        config["margin"] = self.margin
        for name in self.size_names:
            value = getattr(self, name)
            config[name] = list(value) if isinstance(value, tuple) else value
        return config
