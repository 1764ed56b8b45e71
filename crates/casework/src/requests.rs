//! Requests with a key of their own: one that is sent twice is done once, also when the server ended in between. What a request asks for goes in as
//! a digest; what it was answered comes out. Nothing of it is under proof.

use jiff::Timestamp;

use crate::database::{Cell, Tx};
use crate::error::Error;
use crate::store::Store;

/// What a request was answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answered {
    /// HTTP status.
    pub status: u16,
    /// Headers to send again, as JSON.
    pub headers: String,
    /// The body.
    pub body: Vec<u8>,
}

/// Whether a request is to be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Asked {
    /// Do it: nobody has, or whoever began is gone.
    Anew,
    /// It was done: this was the answer.
    Done(Answered),
    /// It is being done.
    Running,
    /// Its key was used for something else.
    Other,
}

impl Store {
    /// Asks whether the request of an actor under a key is to be done; then it counts as begun until `until`, unless it ends before.
    /// `token` tells this attempt from others.
    pub async fn begin_request(
        &self,
        actor: &str,
        key: &str,
        digest: &str,
        token: &str,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<Asked, Error> {
        let _turn = self.turn().await?;
        let mut tx = self.db.write().await?;
        let insert = "INSERT INTO request (actor, name, digest, token, state, expires_at, status, headers, body) \
            VALUES ($1, $2, $3, $4, 'running', $5, 0, '', $6) ON CONFLICT (actor, name) DO NOTHING";
        let empty = Cell::Bytes(Vec::new());
        let cells = [actor.into(), key.into(), digest.into(), token.into(), micros(until), empty];
        if tx.execute(insert, &cells).await? == 1 {
            tx.commit().await?;
            return Ok(Asked::Anew);
        }
        let anew = "UPDATE request SET digest = $3, token = $4, state = 'running', expires_at = $5, status = 0, headers = '' \
            WHERE actor = $1 AND name = $2 AND expires_at <= $6";
        if tx.execute(anew, &[&cells[..5], &[micros(now)]].concat()).await? == 1 {
            tx.commit().await?;
            return Ok(Asked::Anew);
        }
        held(&mut tx, actor, key, digest).await
    }

    /// Keeps the answer of a request that was begun with this token, until `until`. One that somebody else took over in the meantime stays
    /// theirs.
    pub async fn end_request(
        &self,
        actor: &str,
        key: &str,
        token: &str,
        answer: &Answered,
        until: Timestamp,
    ) -> Result<(), Error> {
        let _turn = self.turn().await?;
        let mut tx = self.db.write().await?;
        let sql = "UPDATE request SET state = 'done', expires_at = $4, status = $5, headers = $6, body = $7 \
            WHERE actor = $1 AND name = $2 AND token = $3";
        let cells = [
            actor.into(),
            key.into(),
            token.into(),
            micros(until),
            Cell::Int(i64::from(answer.status)),
            (&answer.headers).into(),
            Cell::Bytes(answer.body.clone()),
        ];
        tx.execute(sql, &cells).await?;
        tx.commit().await
    }

    /// Forgets a request that came to nothing, so that it can be sent again.
    pub async fn forget_request(&self, actor: &str, key: &str, token: &str) -> Result<(), Error> {
        let _turn = self.turn().await?;
        let mut tx = self.db.write().await?;
        let sql = "DELETE FROM request WHERE actor = $1 AND name = $2 AND token = $3";
        tx.execute(sql, &[actor.into(), key.into(), token.into()]).await?;
        tx.commit().await
    }

    /// Forgets the requests whose time is over; gives how many.
    pub async fn forget_old_requests(&self, now: Timestamp) -> Result<u64, Error> {
        let _turn = self.turn().await?;
        let mut tx = self.db.write().await?;
        let gone = tx.execute("DELETE FROM request WHERE expires_at <= $1", &[micros(now)]).await?;
        tx.commit().await?;
        Ok(gone)
    }
}

async fn held(tx: &mut Tx, actor: &str, key: &str, digest: &str) -> Result<Asked, Error> {
    let sql = "SELECT digest, state, status, headers, body FROM request WHERE actor = $1 AND name = $2";
    let Some(row) = tx.row(sql, &[actor.into(), key.into()]).await? else { return Ok(Asked::Running) };
    let mut cells = row.into_iter();
    let mut next = || cells.next().unwrap_or(Cell::Null);
    let (held, state, status) = (next().text()?, next().text()?, next().int()?);
    if held != digest {
        return Ok(Asked::Other);
    }
    if state != "done" {
        return Ok(Asked::Running);
    }
    let status = u16::try_from(status).map_err(|_| Error::Damaged(format!("status {status} of a request")))?;
    Ok(Asked::Done(Answered { status, headers: next().text()?, body: next().bytes()? }))
}

pub(crate) fn micros(time: Timestamp) -> Cell {
    Cell::Int(time.as_microsecond())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::database::Location;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[tokio::test]
    async fn a_request_is_begun_once_until_its_time_is_over() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&Location::Sqlite(folder.path().join("store.db")), at(1)).await.unwrap();
        let begin = async |actor: &str, digest: &str, token: &str, now: i64| {
            store.begin_request(actor, "k", digest, token, at(now), at(now + 30)).await.unwrap()
        };
        assert_eq!(begin("ann", "d", "t1", 10).await, Asked::Anew);
        assert_eq!(begin("ann", "d", "t2", 11).await, Asked::Running);
        assert_eq!(begin("ann", "e", "t2", 11).await, Asked::Other);
        assert_eq!(begin("bob", "e", "t3", 11).await, Asked::Anew);
        // Whoever took it over keeps it: the answer of the first attempt comes too late.
        assert_eq!(begin("ann", "d", "t4", 40).await, Asked::Anew);
        let answer = |status| Answered { status, headers: "{}".to_owned(), body: vec![0, 255] };
        store.end_request("ann", "k", "t1", &answer(200), at(1000)).await.unwrap();
        assert_eq!(begin("ann", "d", "t5", 41).await, Asked::Running);
        store.end_request("ann", "k", "t4", &answer(201), at(1000)).await.unwrap();
        assert_eq!(begin("ann", "d", "t6", 999).await, Asked::Done(answer(201)));
        // What came to nothing can be sent again, and what is old is forgotten.
        store.forget_request("bob", "k", "t3").await.unwrap();
        assert_eq!(begin("bob", "other", "t7", 12).await, Asked::Anew);
        assert_eq!(store.forget_old_requests(at(42)).await.unwrap(), 1);
        assert_eq!(store.forget_old_requests(at(999)).await.unwrap(), 0);
        assert_eq!(store.forget_old_requests(at(1000)).await.unwrap(), 1);
        assert!(store.verify(None, &[]).await.unwrap().is_sound());
    }

    #[tokio::test]
    async fn rows_come_out_in_their_order_and_lists_are_noted_once() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&Location::Sqlite(folder.path().join("store.db")), at(1)).await.unwrap();
        let sources = json!([{"id": "list"}]);
        assert!(store.note_lists("s1", &sources, at(2)).await.unwrap());
        assert!(!store.note_lists("s1", &sources, at(3)).await.unwrap());
        store.add_first_admin("adm", "Adele", at(3)).await.unwrap();
        assert!(store.note_lists("s2", &sources, at(4)).await.unwrap());
        assert!(store.note_lists("s1", &sources, at(5)).await.unwrap());
        let (entries, looked) = store.entries_after(2, &["lists.changed", "x"]).await.unwrap();
        assert_eq!((entries.iter().map(|entry| entry.seq).collect::<Vec<_>>(), looked), (vec![4, 5], 5));
        assert!(entries[0].payload.contains("\"snapshot_before\":\"s1\""), "{}", entries[0].payload);
        assert_eq!(store.entries_after(5, &["lists.changed"]).await.unwrap(), (Vec::new(), 5));
        assert_eq!(store.last_entry().await.unwrap(), 5);
        assert!(store.verify(None, &[]).await.unwrap().is_sound());
    }
}
