-- What was held because of a listed party that is listed no more, or is no longer found: somebody has to let it go, or say why not.
CREATE TABLE release (
    id TEXT PRIMARY KEY,
    customer TEXT NOT NULL REFERENCES customer (id),
    entity TEXT NOT NULL,
    caption TEXT NOT NULL,
    alert TEXT NOT NULL REFERENCES alert (id),
    because TEXT NOT NULL,
    snapshot TEXT NOT NULL,
    state TEXT NOT NULL,
    due_on TEXT NOT NULL,
    raised_at BIGINT NOT NULL,
    done_by TEXT REFERENCES actor (id),
    done_at BIGINT NOT NULL,
    reason TEXT NOT NULL
);
CREATE UNIQUE INDEX release_one_open ON release (customer, entity) WHERE state = 'open';
CREATE INDEX release_due ON release (state, due_on);
