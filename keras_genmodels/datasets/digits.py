"""The handwritten digits that come with scikit-learn."""

import numpy as np

# A fifth of the 1797 images.
NUM_TEST = 360


def load_digits():
    """The 1797 digits, 8x8 with 17 grey levels, in a fixed stratified split.

    Returns:
        `(x_train, y_train), (x_test, y_test)`: 1437 and 360 rows; `x` float32
        in [0, 1] (multiples of 1/16) of shape `(n, 8, 8, 1)`, `y` int64.

    Reference:
        [Alpaydin & Kaynak, 1998](https://doi.org/10.24432/C50P49)
    """
    # Imported here: scikit-learn takes a second to import.
    from sklearn import datasets
    from sklearn.model_selection import train_test_split

    digits = datasets.load_digits()
    x = (digits.images[..., np.newaxis] / 16).astype("float32")
    y = digits.target.astype("int64")
    x_train, x_test, y_train, y_test = train_test_split(
        x, y, test_size=NUM_TEST, stratify=y, random_state=0
    )
    return (x_train, y_train), (x_test, y_test)
