"""Other programs on the same task, measured in the same run: nomenklatura's logic-v2, and rapidfuzz as brute force over a list.

In goes one JSON object on standard input: `pairs` (set to rows with `a`, `b`, `match`), `names` of a list, `queries` (set to names to
ask for). Out comes one JSON object on standard output: for each program its scores, or why it was left out, and its times.
"""

import json
import sys
import time


def quantiles(seconds: list[float]) -> dict:
    ordered = sorted(seconds)
    return {name: ordered[round((len(ordered) - 1) * share)] * 1e6 for name, share in (("p50", 0.5), ("p95", 0.95))}


def nomenklatura(pairs: dict) -> dict:
    from followthemoney import model
    from nomenklatura.matching import get_algorithm

    algorithm = get_algorithm("logic-v2")
    config = algorithm.default_config()

    def proxy(at: str, entity: dict):
        return model.get_proxy({"id": at, **entity})

    # The tables that the first comparison loads are no part of a comparison.
    warm = {"schema": "Person", "properties": {"name": ["Ann Example"]}}
    algorithm.compare(proxy("a", warm), proxy("b", warm), config)
    sets = {}
    for name, rows in pairs.items():
        begin = time.perf_counter()
        # Entities are remembered by their ids there, so no two may share one.
        scores = [
            algorithm.compare(proxy(f"{name}-{at}-a", row["a"]), proxy(f"{name}-{at}-b", row["b"]), config).score
            for at, row in enumerate(rows)
        ]
        sets[name] = {"scores": scores, "microseconds": (time.perf_counter() - begin) * 1e6 / len(rows)}
    return {"sets": sets}


def rapidfuzz(pairs: dict, names: list, queries: dict) -> dict:
    from rapidfuzz import fuzz, process, utils

    def texts(entity: dict) -> list:
        properties = entity["properties"]
        return [text for key in ("name", "alias", "previousName", "weakAlias") for text in properties.get(key, [])]

    def score(row: dict) -> float:
        every = [
            fuzz.token_sort_ratio(a, b, processor=utils.default_process) for a in texts(row["a"]) for b in texts(row["b"])
        ]
        return max(every, default=0.0) / 100

    sets = {}
    for name, rows in pairs.items():
        begin = time.perf_counter()
        scores = [score(row) for row in rows]
        sets[name] = {"scores": scores, "microseconds": (time.perf_counter() - begin) * 1e6 / len(rows)}
    listed = [utils.default_process(name) for name in names]
    searches = {}
    for name, asked in queries.items():
        times = []
        for query in asked:
            begin = time.perf_counter()
            process.extract(
                utils.default_process(query), listed, scorer=fuzz.token_sort_ratio, processor=None, score_cutoff=70, limit=10
            )
            times.append(time.perf_counter() - begin)
        searches[name] = quantiles(times)
    return {"sets": sets, "searches": searches}


def main() -> None:
    task = json.load(sys.stdin)
    answer = {}
    for name, run in (
        ("nomenklatura", lambda: nomenklatura(task["pairs"])),
        ("rapidfuzz", lambda: rapidfuzz(task["pairs"], task["names"], task["queries"])),
    ):
        try:
            answer[name] = run()
        except ImportError as error:
            answer[name] = {"skipped": str(error)}
    json.dump(answer, sys.stdout)


if __name__ == "__main__":
    main()
