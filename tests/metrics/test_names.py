"""Names that metrics go by elsewhere."""

import pytest

from keras_genmodels import metrics


@pytest.mark.parametrize(
    "name, meant",
    [
        ("fid", "frechet_distance"),
        ("FID", "frechet_distance"),
        ("KID", "kernel_distance"),
        ("mmd", "kernel_distance"),
        ("C2ST", "classifier_two_sample_test"),
        ("prdc", "density_coverage"),
        ("precision", "precision_recall"),
        ("frechet_distanse", "frechet_distance"),
        ("KernelDistnce", "KernelDistance"),
    ],
)
def test_an_unknown_name_says_what_was_meant(name, meant):
    with pytest.raises(AttributeError, match=f"{name}.*Did you mean {meant!r}"):
        getattr(metrics, name)


def test_another_name_is_only_unknown():
    with pytest.raises(AttributeError, match="no attribute 'zzz'.$"):
        _ = metrics.zzz
    assert not hasattr(metrics, "__wrapped__")


def test_every_other_name_leads_to_one_there_is():
    assert set(metrics._ALSO_CALLED.values()) <= set(metrics.__all__)
