"""What users of yente do with its published client, against the server named on the command line."""

import asyncio
import sys

from yente_client import AsyncClient, BadRequestError, Client, NotFoundError
from yente_client.entities import Company, Person

base_url = sys.argv[1]

with Client(base_url=base_url, api_key="none-needed", app_name="interdict-test") as client:
    assert client.healthz().status == "ok"
    assert client.readyz().status == "ok"

    catalog = client.datasets()
    assert "default" in catalog.current and "dprk_it_workers" in catalog.current, catalog.current
    assert not catalog.index_stale
    whole = next(dataset for dataset in catalog.datasets if dataset.name == "default")
    assert whole.children and whole.entity_count > 100 and whole.load
    assert client.datasets() == catalog, "by its ETag"

    algorithms = client.algorithms()
    assert algorithms.best in {algorithm.name for algorithm in algorithms.algorithms}

    query = Person(name="Kim Kyong Nam", birthDate="1976-07-11", nationality="kp")
    found = client.match(query)
    assert found.top.id == "ofac-18554", found
    assert found.top.match and found.top.score > 0.9
    assert found.top.target and found.top.datasets == ["dprk_it_workers"]
    assert found.top.contributing_explanations["birthDate"].score == 1.0
    assert found.matches and found.total.value >= 1 and found.limit == 5
    assert found.query["schema"] == "Person"

    for algorithm in ("best", "logic-v2", "logic-v1", "name-based", "name-qualified"):
        assert client.match(query, algorithm=algorithm).top.id == "ofac-18554", algorithm
    narrow = client.match(
        query,
        datasets=["default", "dprk_it_workers"],
        topics=["sanction"],
        exclude_schemata=["Company"],
        exclude_entities=["ofac-18554"],
        changed_since="2020-01-01",
        threshold=0.8,
        cutoff=0.6,
        limit=3,
        weights={"country_mismatch": -0.1},
        config={"nm_number_mismatch": 0.4},
    )
    assert all(result.id != "ofac-18554" for result in narrow.results) and narrow.limit == 3
    assert not client.match(Company(name="Quistgaard Marvella Bakery")).results

    stream = [(str(at), Person(name=name)) for at, name in enumerate(["Kim Kyong Nam", "Marvella Quistgaard"] * 10)]
    answers = dict(client.match_iter(stream, workers=4))
    assert len(answers) == 20 and answers["0"].top.match and not answers["1"].matches

    page = client.search("bank", countries=["kp"], limit=2, facets=["countries", "schema", "topics"], sort=["caption:asc"])
    assert len(page.results) == 2 and page.total.value > 2
    assert page.facets["schema"].values and page.facets["countries"].label == "Countries"
    more = client.search("bank", countries=["kp"], limit=2, offset=2, sort=["caption:asc"])
    assert {result.id for result in page.results}.isdisjoint({result.id for result in more.results})
    assert client.search("kyng nam", fuzzy=True, simple=True, schema="Person") is not None
    assert client.search("", filter=["properties.topics:sanction"], schema="Company").total.value > 10

    entity = client.fetch("ofac-18554")
    assert entity.caption == "Kim Kyong Nam"
    sanctions = entity.properties.get("sanctions", [])
    assert sanctions and sanctions[0].schema_ == "Sanction"
    flat = client.fetch("ofac-18554", nested=False)
    assert "sanctions" not in flat.properties
    around = client.adjacent("ofac-18554")
    assert around.entity.id == "ofac-18554" and around.adjacent["sanctions"].total.value == len(sanctions)
    pages = client.adjacent("ofac-18554", prop="sanctions", limit=1)
    assert len(pages.results) == 1 and pages.limit == 1

    for refused, error in (
        (lambda: client.fetch("../../etc/passwd"), NotFoundError),
        (lambda: client.search("x", datasets=["nope"]), NotFoundError),
        (lambda: client.adjacent("ofac-18554", prop="nope"), NotFoundError),
        (lambda: client.statements(entity_id="ofac-18554"), NotFoundError),
        (lambda: client.match(query, algorithm="magic"), BadRequestError),
    ):
        try:
            refused()
        except error as exc:
            assert exc.detail
        else:
            raise AssertionError(error)


async def beside():
    async with AsyncClient(base_url=base_url) as client:
        answers = await asyncio.gather(*(client.match(Person(name="Kim Kyong Nam")) for _ in range(8)))
        assert all(answer.top.id == "ofac-18554" for answer in answers)


asyncio.run(beside())
print("all done")
