-- What the server keeps beside the casework. None of it is under proof: it says what was answered and delivered, and decides nothing.

-- Requests with a key of their own, so that one that is sent twice is done once. `state` is `running` or `done`; `token` is of the attempt.
CREATE TABLE request (
    actor TEXT NOT NULL,
    name TEXT NOT NULL,
    digest TEXT NOT NULL,
    token TEXT NOT NULL,
    state TEXT NOT NULL,
    expires_at BIGINT NOT NULL,
    status BIGINT NOT NULL,
    headers TEXT NOT NULL,
    body {bytes} NOT NULL,
    PRIMARY KEY (actor, name)
);
CREATE INDEX request_expires ON request (expires_at);

-- How far each webhook has got: the last row of the audit that was delivered or is none of its events, and what failed since.
CREATE TABLE delivery (
    webhook TEXT PRIMARY KEY,
    seq BIGINT NOT NULL,
    failures BIGINT NOT NULL,
    failing_since BIGINT NOT NULL,
    next_at BIGINT NOT NULL,
    disabled BIGINT NOT NULL,
    delivered_at BIGINT NOT NULL,
    trouble TEXT NOT NULL
);
