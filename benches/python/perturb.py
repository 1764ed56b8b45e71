"""Perturbed names of listed parties, and names that nearly are one, as cases for the benchmark of screening.

In goes JSON Lines of listed parties on standard input (`id`, `name`, `names`); out come JSON Lines of cases on standard output:
`query`, `expected` (an id, or null where no party is meant), `class`, `family`. The classes are those of
`sanctions-screening-benchmark`; the same input gives the same cases.
"""

import json
import random
import sys

from ssb import negatives, perturb

# Each seed draws its own parties, so that classes which ignore the seed still see different names.
SEEDS = (1, 2, 3)
PARTIES = 1500
MAX_PER_CLASS = 2


def main() -> None:
    parties = [json.loads(line) for line in sys.stdin if line.strip()]
    listed = {name.casefold() for party in parties for name in party["names"]}
    seen = set()

    def put(query: str, expected: str | None, kind: str, family: str, source: str) -> None:
        key = (query, expected, kind)
        if key not in seen:
            seen.add(key)
            case = {"query": query, "expected": expected, "class": kind, "family": family, "source": source}
            print(json.dumps(case, ensure_ascii=False))

    for seed in SEEDS:
        drawn = random.Random(seed).sample(parties, min(PARTIES, len(parties)))
        for party in drawn:
            for variant in perturb.apply_all(party["name"], party["id"], seed=seed, max_per_class=MAX_PER_CLASS):
                put(variant.text, party["id"], variant.perturbation, variant.family, party["name"])
        names = [party["name"] for party in drawn]
        for negative in negatives.generate(names, seed=seed, per_class=MAX_PER_CLASS, listed_index=listed):
            put(negative.text, None, negative.negative_class, "near miss", " / ".join(negative.derived_from))


if __name__ == "__main__":
    main()
