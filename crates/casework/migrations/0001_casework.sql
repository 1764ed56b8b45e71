-- Ids are texts, times whole microseconds since 1970 in UTC (0: never), {bytes} is the type of bytes of the database.

CREATE TABLE chain (
    id BIGINT PRIMARY KEY CHECK (id = 1),
    seq BIGINT NOT NULL,
    hash TEXT NOT NULL,
    writes BIGINT NOT NULL
);
INSERT INTO chain (id, seq, hash, writes) VALUES (1, 0, '0000000000000000000000000000000000000000000000000000000000000000', 0);

CREATE TABLE audit (
    seq BIGINT PRIMARY KEY,
    at BIGINT NOT NULL,
    actor TEXT NOT NULL,
    action TEXT NOT NULL,
    subject TEXT NOT NULL,
    payload TEXT NOT NULL,
    changes TEXT NOT NULL,
    prev TEXT NOT NULL,
    hash TEXT NOT NULL
);
CREATE INDEX audit_subject ON audit (subject, seq);

CREATE TABLE actor (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    roles TEXT NOT NULL,
    active BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);

-- What was stated of a party, under its own digest.
CREATE TABLE facts (
    hash TEXT PRIMARY KEY,
    body TEXT NOT NULL
);

CREATE TABLE customer (
    id TEXT PRIMARY KEY,
    schema TEXT NOT NULL,
    caption TEXT NOT NULL,
    facts_hash TEXT NOT NULL REFERENCES facts (hash),
    active BIGINT NOT NULL,
    changed_seq BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX customer_changed ON customer (changed_seq) WHERE active = 1;

CREATE TABLE screening (
    id TEXT PRIMARY KEY,
    scope TEXT NOT NULL,
    state TEXT NOT NULL,
    base TEXT,
    snapshot TEXT NOT NULL,
    sources TEXT NOT NULL,
    settings TEXT NOT NULL,
    engine TEXT NOT NULL,
    watermark BIGINT NOT NULL,
    customers BIGINT NOT NULL,
    exceptions BIGINT NOT NULL,
    actor TEXT NOT NULL REFERENCES actor (id),
    started_at BIGINT NOT NULL,
    finished_at BIGINT NOT NULL
);
CREATE INDEX screening_snapshot ON screening (snapshot);

CREATE TABLE coverage (
    screening TEXT NOT NULL REFERENCES screening (id),
    customer TEXT NOT NULL REFERENCES customer (id),
    facts_hash TEXT NOT NULL,
    outcome TEXT NOT NULL,
    reason TEXT NOT NULL,
    PRIMARY KEY (screening, customer)
);
CREATE INDEX coverage_customer ON coverage (customer);

CREATE TABLE alert (
    id TEXT PRIMARY KEY,
    customer TEXT NOT NULL REFERENCES customer (id),
    entity TEXT NOT NULL,
    caption TEXT NOT NULL,
    finding TEXT NOT NULL,
    score_ppm BIGINT NOT NULL,
    state TEXT NOT NULL,
    escalated BIGINT NOT NULL,
    disposition TEXT,
    decision TEXT,
    queue TEXT NOT NULL,
    priority TEXT NOT NULL,
    assignee TEXT,
    because TEXT NOT NULL,
    due_on TEXT NOT NULL,
    opened_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    closed_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX alert_one_open ON alert (customer, entity) WHERE closed_at = 0;
CREATE INDEX alert_pair ON alert (customer, entity);
CREATE INDEX alert_queue ON alert (queue, state, due_on);
CREATE INDEX alert_assignee ON alert (assignee) WHERE closed_at = 0;

CREATE TABLE finding (
    id TEXT PRIMARY KEY,
    alert TEXT NOT NULL REFERENCES alert (id),
    customer_hash TEXT NOT NULL REFERENCES facts (hash),
    entity_hash TEXT NOT NULL REFERENCES facts (hash),
    score_ppm BIGINT NOT NULL,
    explanation TEXT NOT NULL,
    snapshot TEXT NOT NULL,
    settings TEXT NOT NULL,
    engine TEXT NOT NULL,
    screening TEXT,
    found_at BIGINT NOT NULL
);
CREATE INDEX finding_alert ON finding (alert);

CREATE TABLE proposal (
    id TEXT PRIMARY KEY,
    alert TEXT NOT NULL REFERENCES alert (id),
    finding TEXT NOT NULL REFERENCES finding (id),
    disposition TEXT NOT NULL,
    reason TEXT NOT NULL,
    proposer TEXT NOT NULL REFERENCES actor (id),
    proposed_at BIGINT NOT NULL,
    outcome TEXT NOT NULL,
    reviewer TEXT REFERENCES actor (id),
    review_reason TEXT NOT NULL,
    reviewed_at BIGINT NOT NULL,
    CHECK (reviewer IS NULL OR reviewer <> proposer)
);
CREATE UNIQUE INDEX proposal_one_pending ON proposal (alert) WHERE outcome = 'pending';
CREATE INDEX proposal_alert ON proposal (alert);

CREATE TABLE note (
    id TEXT PRIMARY KEY,
    alert TEXT NOT NULL REFERENCES alert (id),
    author TEXT NOT NULL REFERENCES actor (id),
    written_at BIGINT NOT NULL,
    text TEXT NOT NULL
);
CREATE INDEX note_alert ON note (alert);

-- What was attached, under its own digest.
CREATE TABLE blob (
    sha256 TEXT PRIMARY KEY,
    body {bytes} NOT NULL
);

CREATE TABLE attachment (
    id TEXT PRIMARY KEY,
    alert TEXT NOT NULL REFERENCES alert (id),
    author TEXT NOT NULL REFERENCES actor (id),
    attached_at BIGINT NOT NULL,
    name TEXT NOT NULL,
    media_type TEXT NOT NULL,
    sha256 TEXT NOT NULL REFERENCES blob (sha256),
    bytes BIGINT NOT NULL
);
CREATE INDEX attachment_alert ON attachment (alert);

CREATE TABLE link (
    one TEXT NOT NULL REFERENCES alert (id),
    other TEXT NOT NULL REFERENCES alert (id),
    reason TEXT NOT NULL,
    author TEXT NOT NULL REFERENCES actor (id),
    linked_at BIGINT NOT NULL,
    PRIMARY KEY (one, other),
    CHECK (one < other)
);
CREATE INDEX link_other ON link (other);

CREATE TABLE whitelist (
    id TEXT PRIMARY KEY,
    customer TEXT NOT NULL REFERENCES customer (id),
    customer_hash TEXT NOT NULL,
    entity TEXT NOT NULL,
    entity_hash TEXT NOT NULL,
    alert TEXT NOT NULL REFERENCES alert (id),
    decision TEXT NOT NULL REFERENCES proposal (id),
    state TEXT NOT NULL,
    since BIGINT NOT NULL,
    ended_at BIGINT NOT NULL,
    ended_because TEXT NOT NULL
);
CREATE UNIQUE INDEX whitelist_one_active ON whitelist (customer, entity) WHERE state = 'active';
CREATE INDEX whitelist_entity ON whitelist (entity) WHERE state = 'active';

CREATE TABLE kept (
    kind TEXT NOT NULL,
    id TEXT NOT NULL,
    body TEXT NOT NULL,
    version BIGINT NOT NULL,
    author TEXT NOT NULL REFERENCES actor (id),
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (kind, id)
);

-- only: sqlite
CREATE TRIGGER audit_kept BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'the audit is only added to'); END;
CREATE TRIGGER audit_whole BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'the audit is only added to'); END;
-- only: postgres
CREATE FUNCTION audit_kept() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'the audit is only added to'; END $$;
CREATE TRIGGER audit_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON audit FOR EACH STATEMENT EXECUTE FUNCTION audit_kept();
