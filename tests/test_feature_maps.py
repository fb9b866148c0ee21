"""Feature maps: by hand, widths, signs, orthogonality, bad parameters."""

import numpy as np
import pytest

from neuromem.feature_maps import DPFP, EluPlusOne, FeatureMap, Identity
from neuromem.models.fast_weights import FastWeights
from neuromem.settings import parts, replace

MAPS = [Identity(), EluPlusOne(), DPFP(), DPFP(nu=3)]
every_map = pytest.mark.parametrize("feature_map", MAPS, ids=str)


def sample(*shape, seed=0):
    return np.random.default_rng(seed).standard_normal(shape)


@every_map
@pytest.mark.parametrize("lead", [(), (2,)])
def test_the_width_is_as_promised_and_leading_axes_are_batch(feature_map, lead):
    x = sample(*lead, 5, 4)
    features = feature_map(x)
    assert features.shape == (*lead, 5, feature_map.width(4))
    np.testing.assert_array_equal(features[..., 2, :], feature_map(x[..., 2:3, :])[..., 0, :])


@every_map
def test_the_sign_is_as_promised_and_the_pattern_is_left_alone(feature_map):
    x = sample(50, 6)
    before, features = x.copy(), feature_map(x)
    assert (features.min() >= 0) == feature_map.positive
    features[:] = 0
    assert np.array_equal(x, before)


def test_elu_plus_one_by_hand():
    assert EluPlusOne()(np.array([[2.0, 0.0, -np.log(4), -1e6]])) == pytest.approx(np.array([[3, 1, 0.25, 0]]))


def test_dpfp_by_hand():
    # r = (1, 0, 0, 2); rolled by one (2, 1, 0, 0), by two (0, 2, 1, 0)
    x = np.array([[1.0, -2.0]])
    assert DPFP(nu=1)(x).tolist() == [[2, 0, 0, 0]]
    assert DPFP(nu=2)(x).tolist() == [[2, 0, 0, 0, 0, 0, 0, 0]]
    assert DPFP(nu=3)(x).tolist() == [[2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2]]


def test_dpfp_makes_the_four_quadrants_of_the_plane_orthogonal():
    corner = np.array([[1.0, 1], [-1, 1], [-1, -1], [1, -1]])
    features = DPFP()(corner)
    assert np.array_equal(features @ features.T, np.eye(4))


def test_dpfp_makes_random_keys_less_alike():
    def overlap(features):
        features = features / np.linalg.norm(features, axis=1, keepdims=True)
        return (features @ features.T)[np.triu_indices(200, 1)].mean()

    x = sample(200, 64)
    assert overlap(DPFP()(x)) < overlap(EluPlusOne()(x))


@pytest.mark.parametrize("nu", [0, -1, 1.5, True])
def test_a_bad_nu_is_refused(nu):
    with pytest.raises(ValueError, match="nu must be a whole number of at least 1; saw"):
        DPFP(nu=nu)


def test_they_are_set_from_the_command_line():
    assert {"identity", "elu_plus_one", "dpfp"} <= set(parts(FeatureMap))
    assert replace(FastWeights(), ["feature_map=dpfp(nu=2)"]).feature_map == DPFP(nu=2)
