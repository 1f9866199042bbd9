"""The outputs of autoregressive models that have a name."""

from keras_genmodels.layers.autoregressive_output import AutoregressiveOutput
from keras_genmodels.layers.bernoulli_output import BernoulliOutput
from keras_genmodels.layers.categorical_output import CategoricalOutput
from keras_genmodels.layers.logistic_mixture_output import LogisticMixtureOutput

OUTPUTS = {
    "bernoulli": BernoulliOutput,
    "categorical": CategoricalOutput,
    "logistic_mixture": LogisticMixtureOutput,
}


def output_layer(output, num_levels=None):
    """A new layer for a name; a layer as it is.

    Args:
        output: `"bernoulli"`, `"categorical"`, `"logistic_mixture"`, or an
            `AutoregressiveOutput`.
        num_levels: Int, what the two named last need.

    Raises:
        ValueError: If it is anything else, or the levels are missing or not
            wanted.
    """
    named = isinstance(output, str) and output in OUTPUTS
    if not named and not isinstance(output, AutoregressiveOutput):
        raise ValueError(
            f"Expected `output` to be one of {list(OUTPUTS)} or a layer. "
            f"Received: output={output!r}"
        )
    if (num_levels is not None) != (named and output != "bernoulli"):
        raise ValueError(
            "Expected `num_levels` with the outputs 'categorical' and "
            f"'logistic_mixture' only. Received: output={output!r}, "
            f"num_levels={num_levels}"
        )
    if not named:
        return output
    return OUTPUTS[output](*(() if num_levels is None else (num_levels,)))
