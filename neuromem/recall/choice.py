"""Choice among the items not yet recalled: how their support becomes the probability of each."""

from __future__ import annotations

import abc
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from neuromem.likelihood import Parameter
from neuromem.recall.walk import ChoiceRule


class Choice(abc.ABC):
    """A rule of choice; its parameters are part of those of the model. Values: see `neuromem.recall.vectors`."""

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        return ()

    @abc.abstractmethod
    def rule(self, values: Mapping[str, float | np.ndarray]) -> ChoiceRule:
        """The rule for each vector of values."""


@dataclass(frozen=True)
class Exponential(Choice):
    r"""Softmax: :math:`p(j) \propto e^{2 f_j / T}`, ``f`` support, ``T`` temperature.

    ``T`` trades off with the scale of support, so that fits leave it as it is.
    Source: Howard & Kahana (2002), J. Math. Psychol. 46:269.
    """

    @property
    def parameters(self):
        return (
            Parameter("temperature", 0.1, 0.001, 10.0, "1", "the lower, the surer the best supported is chosen", False),
        )

    def rule(self, values):
        return ChoiceRule(2 / values["temperature"], False)


@dataclass(frozen=True)
class Power(Choice):
    r"""Luce's ratio rule of powers: :math:`p(j) \propto f_j^{s}`, ``s`` = `power`.

    Only ratios of support count: a common factor changes nothing, while under `Exponential` it does.
    Source: Luce (1959), Individual Choice Behavior. The default of `power` is ours, not a published value.
    """

    @property
    def parameters(self):
        return (Parameter("power", 4.0, 0.0, 50.0, "1", "how much the best supported is preferred"),)

    def rule(self, values):
        return ChoiceRule(values["power"], True)


@dataclass(frozen=True)
class Linear(Choice):
    r"""Luce's ratio rule: :math:`p(j) \propto f_j`, without a parameter.

    Source: Luce (1959), Individual Choice Behavior.
    """

    def rule(self, values):
        return ChoiceRule(1.0, True)
