"""A codebook: the nearest entry stands for each vector."""

import keras
from keras import ops

from keras_genmodels._internal.arguments import check_count
from keras_genmodels._internal.settings import FixedSettings
from keras_genmodels.training import gather_over_replicas
from keras_genmodels.training import sum_over_replicas


@keras.saving.register_keras_serializable("keras_genmodels")
class VectorQuantizer(FixedSettings, keras.layers.Layer):
    """Replaces vectors by the nearest entries of a learned codebook.

    The codebook is not trained by gradients: `update` moves each entry to the
    exponential moving average of the vectors that chose it, which is k-means,
    batch by batch. An entry that hardly any vector chooses is put onto a vector
    drawn from the batch. All entries begin that way, so that the first batch
    makes the codebook.

    Args:
        num_embeddings: Int >= 1, entries of the codebook.
        embedding_dim: Int >= 1, length of an entry.
        ema_momentum: Float in [0, 1), weight of the past in the averages.
            Defaults to 0.99.
        dead_share: Float in [0, 1). An entry is dead if the vectors that
            choose it are fewer, on average, than this part of an equal share.
            Defaults to 0.1; 0 revives none.
        seed: Optional int for the first codebook and for reviving.

    Call arguments:
        vectors: Tensor `(batch, ..., embedding_dim)`.

    Returns:
        Tensor like `vectors`, the nearest entries. Its gradient with respect to
        `vectors` is taken to be the identity.

    Raises:
        ValueError: If an argument is out of range.

    Reference:
        [van den Oord et al., 2017](https://arxiv.org/abs/1711.00937), eq. 1-2
        and appendix A.1; reviving: [Dhariwal et al.,
        2020](https://arxiv.org/abs/2005.00341), section 3.1.
    """

    def __init__(
        self,
        num_embeddings,
        embedding_dim,
        *,
        ema_momentum=0.99,
        dead_share=0.1,
        seed=None,
        **kwargs,
    ):
        for name, value in (
            ("ema_momentum", ema_momentum),
            ("dead_share", dead_share),
        ):
            if not 0 <= value < 1:
                raise ValueError(
                    f"Expected `{name}` to be in [0, 1). "
                    f"Received: {name}={value}"
                )
        super().__init__(**kwargs)
        self.num_embeddings = check_count("num_embeddings", num_embeddings)
        self.embedding_dim = check_count("embedding_dim", embedding_dim)
        self.ema_momentum = ema_momentum
        self.dead_share = dead_share
        self.seed = seed
        self.seed_generator = keras.random.SeedGenerator(seed)
        shape = (self.num_embeddings, self.embedding_dim)
        random = keras.initializers.RandomNormal(stddev=1.0, seed=seed)
        self.codebook = self._state("codebook", shape, random)
        # Moving averages, per batch: vectors that chose an entry; their sum.
        self.sizes = self._state("sizes", shape[:1], "zeros")
        self.sums = self._state("sums", shape, "zeros")
        self.built = True

    def codes(self, vectors):
        """Indices of the nearest entries, `(batch, ...)`, int32."""
        flat = self._flat(vectors)
        entries = self.codebook.value
        # |v - e|^2 without the |v|^2, which all entries share.
        distances = ops.sum(ops.square(entries), axis=1) - 2 * ops.matmul(
            flat, ops.transpose(entries)
        )
        codes = ops.cast(ops.argmin(distances, axis=1), "int32")
        return ops.reshape(codes, (-1, *vectors.shape[1:-1]))

    def lookup(self, codes):
        """Entries of the codebook, `(*codes.shape, embedding_dim)`."""
        return ops.take(self.codebook.value, codes, axis=0)

    def straight_through(self, vectors, entries):
        """`entries`, with the derivative of `vectors`."""
        return vectors + ops.stop_gradient(entries - vectors)

    def call(self, vectors):
        entries = self.lookup(self.codes(vectors))
        return self.straight_through(vectors, entries)

    def counts(self, codes, weights=None):
        """How often each entry is chosen, `(num_embeddings,)`.

        Args:
            codes: Int tensor `(batch, ...)`.
            weights: Optional tensor `(batch,)`, what each example counts.
        """
        return self._sums(self._weights(codes, weights), codes)

    def usage(self, codes, weights=None):
        """How many entries a batch uses, all replicas together.

        Args:
            codes: Int tensor `(batch, ...)`.
            weights: Optional tensor `(batch,)`, what each example counts.

        Returns:
            Two numbers: the perplexity, which is the exponential of the entropy
            of the codes, and the part of the entries that occur.
        """
        counts = sum_over_replicas(self.counts(codes, weights))
        share = counts / ops.maximum(ops.sum(counts), keras.config.epsilon())
        entropy = -ops.sum(share * ops.log(ops.where(share > 0, share, 1.0)))
        used = ops.mean(ops.cast(counts > 0, self.variable_dtype))
        return ops.exp(entropy), used

    def update(self, vectors, codes, weights=None):
        """Move the codebook; to be called in a training step, once per batch.

        Replicas of `tf.distribute` all move theirs by the whole batch.

        Args:
            vectors: Tensor `(batch, ..., embedding_dim)`.
            codes: Int tensor `(batch, ...)`, what `codes` gave for them.
            weights: Optional tensor `(batch,)`, what each example counts.
        """
        flat = ops.stop_gradient(self._flat(vectors))
        weight = self._weights(codes, weights)
        # With `tf.distribute` each replica has a codebook of its own, and all
        # stay alike if each sees the whole batch.
        flat, codes, weight = gather_over_replicas(
            (flat, ops.reshape(codes, (-1,)), weight)
        )
        new_sizes = self._sums(weight, codes)
        new_sums = self._sums(weight[:, None] * flat, codes)
        old = self.ema_momentum
        sizes = old * self.sizes.value + (1 - old) * new_sizes
        sums = old * self.sums.value + (1 - old) * new_sums

        equal_share = ops.mean(sizes)
        dead = sizes < self.dead_share * equal_share
        sizes = ops.where(dead, equal_share, sizes)
        drawn = self._draw_rows(flat, weight)
        sums = ops.where(dead[:, None], equal_share * drawn, sums)

        # Without reviving, an entry that was never chosen stays where it is.
        least = keras.config.epsilon()
        means = sums / ops.maximum(sizes, least)[:, None]
        self.codebook.assign(
            ops.where(sizes[:, None] > least, means, self.codebook.value)
        )
        self.sizes.assign(sizes)
        self.sums.assign(sums)

    def get_config(self):
        return {
            **super().get_config(),
            "num_embeddings": self.num_embeddings,
            "embedding_dim": self.embedding_dim,
            "ema_momentum": self.ema_momentum,
            "dead_share": self.dead_share,
            "seed": self.seed,
        }

    def _draw_rows(self, flat, weight):
        """`num_embeddings` rows, each with a probability like its weight."""
        cumulative = ops.cumsum(weight)
        uniform = keras.random.uniform(
            (self.num_embeddings,),
            dtype=self.variable_dtype,
            seed=self.seed_generator,
        )
        rows = ops.searchsorted(
            cumulative, uniform * cumulative[-1], side="right"
        )
        last = ops.shape(flat)[0] - 1
        return ops.take(flat, ops.minimum(rows, last), axis=0)

    def _sums(self, values, codes):
        """Sums of what belongs to each entry, `(num_embeddings, ...)`."""
        return ops.segment_sum(
            values,
            ops.reshape(codes, (-1,)),
            num_segments=self.num_embeddings,
        )

    def _flat(self, vectors):
        return ops.reshape(
            ops.cast(vectors, self.variable_dtype), (-1, self.embedding_dim)
        )

    def _weights(self, codes, weights):
        """One weight for each code, `(batch * ...,)`."""
        ones = ops.ones_like(codes, dtype=self.variable_dtype)
        if weights is not None:
            shape = (-1, *[1] * (len(codes.shape) - 1))
            ones = ones * ops.reshape(weights, shape)
        return ops.reshape(ones, (-1,))

    def _state(self, name, shape, initializer):
        return self.add_weight(
            name=name, shape=shape, initializer=initializer, trainable=False
        )
