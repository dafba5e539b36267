from __future__ import annotations

from lessonkit.exercises import verdict
from tests.exercises.answers.lesson09 import for_logits, losses


def test_another_loss_of_logits_is_not_told_that_it_reads_probabilities() -> None:
    result = verdict("compile-for-logits", for_logits(loss=losses.BinaryFocalCrossentropy(from_logits=True)))
    assert not result.passed
    assert result.message == "The loss is not the binary cross-entropy of logits."
