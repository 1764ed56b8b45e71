//! Four eyes: one person proposes what an alert is, with a reason; another person approves it or rejects it. A decision is an approved proposal; it
//! is bound to the finding that it was made on.

use jiff::Timestamp;
use serde_json::json;

use crate::actors::Action;
use crate::alerts::{Disposition, Event};
use crate::cases::{Alert, Finding, LONGEST_TEXT};
use crate::error::{Error, invalid, not_found, text};
use crate::record::{record, words};
use crate::store::{By, Store, Writing, find, select};
use crate::whitelist::{Standing, Whitelisting};

/// How many alerts one bulk action may be about.
pub const BULK: usize = 100;

words! {
    /// What became of a proposal.
    Review {
        /// It waits for another person.
        Pending = "pending",
        /// Approved: a decision.
        Approved = "approved",
        /// Rejected.
        Rejected = "rejected",
        /// Taken back by the one who made it.
        Withdrawn = "withdrawn",
        /// The finding changed under it.
        Void = "void",
    }
}

record! {
    /// A disposition that somebody proposed.
    Proposal in "proposal" by (id) {
        /// Its id; once approved, that of the decision.
        id: String,
        /// The alert.
        alert: String,
        /// The finding that it is about.
        finding: String,
        /// What the alert is found to be.
        disposition: Disposition,
        /// Why.
        reason: String,
        /// Who says so.
        proposer: String,
        /// When.
        #[serde(with = "crate::record::time")]
        proposed_at: Timestamp,
        /// What became of it.
        outcome: Review,
        /// Who decided on it.
        reviewer: Option<String>,
        /// Why; approval needs no reason of its own.
        review_reason: String,
        /// When.
        #[serde(with = "crate::record::time::option")]
        reviewed_at: Option<Timestamp>,
    }
}

fn bulk(ids: &[&str]) -> Result<(), Error> {
    if ids.is_empty() || ids.len() > BULK {
        return Err(invalid("ids", format!("{} at once; from 1 to {BULK} are taken", ids.len())));
    }
    let mut sorted = ids.to_vec();
    sorted.sort_unstable();
    if sorted.windows(2).any(|pair| pair[0] == pair[1]) {
        return Err(invalid("ids", "one of them is there twice"));
    }
    Ok(())
}

impl Store {
    /// Proposes what an alert is.
    pub async fn propose(&self, by: By<'_>, alert: &str, disposition: Disposition, reason: &str) -> Result<Proposal, Error> {
        let mut all = self.propose_many(by, &[alert], disposition, reason).await?;
        all.pop().ok_or_else(|| not_found("alert", alert))
    }

    /// Proposes the same of several alerts, for one reason: all of them or none, at most [`BULK`].
    pub async fn propose_many(
        &self,
        by: By<'_>,
        alerts: &[&str],
        disposition: Disposition,
        reason: &str,
    ) -> Result<Vec<Proposal>, Error> {
        let reason = text("reason", reason, LONGEST_TEXT)?;
        bulk(alerts)?;
        let mut writing = self.write(by, Action::Propose).await?;
        let mut all = Vec::with_capacity(alerts.len());
        for id in alerts {
            let mut alert: Alert = writing.get("alert", id).await?;
            alert.moves(Event::Propose, by.now)?;
            let proposal = Proposal {
                id: writing.id("D"),
                alert: alert.id.clone(),
                finding: alert.finding.clone(),
                disposition,
                reason: reason.clone(),
                proposer: by.actor.to_owned(),
                proposed_at: by.now,
                outcome: Review::Pending,
                reviewer: None,
                review_reason: String::new(),
                reviewed_at: None,
            };
            writing.save(&alert).await?;
            writing.save(&proposal).await?;
            let payload = json!({
                "proposal": proposal.id, "finding": proposal.finding, "disposition": disposition, "reason": reason, "together": alerts.len(),
            });
            writing.entry("decision.proposed", &alert.id, &payload).await?;
            all.push(proposal);
        }
        writing.commit().await?;
        Ok(all)
    }

    /// Approves what another person proposed. A false positive is whitelisted for the facts of both sides.
    pub async fn approve(&self, by: By<'_>, proposal: &str, reason: &str) -> Result<Proposal, Error> {
        let mut all = self.review_many(by, &[proposal], true, reason).await?;
        all.pop().ok_or_else(|| not_found("proposal", proposal))
    }

    /// Rejects what another person proposed, for a reason; the alert goes back to work.
    pub async fn reject(&self, by: By<'_>, proposal: &str, reason: &str) -> Result<Proposal, Error> {
        let mut all = self.review_many(by, &[proposal], false, reason).await?;
        all.pop().ok_or_else(|| not_found("proposal", proposal))
    }

    /// Approves, or rejects, several proposals of others: all of them or none, at most [`BULK`].
    pub async fn review_many(
        &self,
        by: By<'_>,
        proposals: &[&str],
        approve: bool,
        reason: &str,
    ) -> Result<Vec<Proposal>, Error> {
        let reason = if approve && reason.trim().is_empty() { String::new() } else { text("reason", reason, LONGEST_TEXT)? };
        bulk(proposals)?;
        let mut writing = self.write(by, Action::Decide).await?;
        let mut all = Vec::with_capacity(proposals.len());
        for id in proposals {
            all.push(review(&mut writing, by, id, approve, &reason, proposals.len()).await?);
        }
        writing.commit().await?;
        Ok(all)
    }

    /// Takes back what one proposed oneself.
    pub async fn withdraw(&self, by: By<'_>, proposal: &str) -> Result<Proposal, Error> {
        let mut writing = self.write(by, Action::Propose).await?;
        let mut proposal = pending(&mut writing, proposal).await?;
        if proposal.proposer != by.actor {
            return Err(Error::Forbidden { actor: by.actor.to_owned(), action: "take back what another proposed" });
        }
        let mut alert: Alert = writing.get("alert", &proposal.alert).await?;
        alert.moves(Event::Withdraw, by.now)?;
        proposal.outcome = Review::Withdrawn;
        proposal.reviewed_at = Some(by.now);
        writing.save(&alert).await?;
        writing.save(&proposal).await?;
        writing.entry("decision.withdrawn", &alert.id, &json!({"proposal": proposal.id})).await?;
        writing.commit().await?;
        Ok(proposal)
    }

    /// A proposal, with the finding that it is about: what a replay needs.
    pub async fn decision(&self, by: By<'_>, id: &str) -> Result<(Proposal, Finding), Error> {
        let mut tx = self.reading(by, Action::Read).await?;
        let proposal: Proposal = find(&mut tx, id).await?.ok_or_else(|| not_found("decision", id))?;
        let finding = find(&mut tx, &proposal.finding).await?.ok_or_else(|| not_found("finding", &proposal.finding))?;
        Ok((proposal, finding))
    }

    /// Proposals that wait for somebody else than the one who asks, oldest first.
    pub async fn pending_for(&self, by: By<'_>, limit: usize) -> Result<Vec<Proposal>, Error> {
        let mut tx = self.reading(by, Action::Decide).await?;
        let limit = i64::try_from(limit.min(1000)).unwrap_or(0);
        let rest = "WHERE outcome = 'pending' AND proposer <> $1 ORDER BY proposed_at, id LIMIT $2";
        select(&mut tx, rest, &[by.actor.into(), limit.into()]).await
    }
}

async fn pending(writing: &mut Writing, id: &str) -> Result<Proposal, Error> {
    let proposal: Proposal = writing.get("proposal", id).await?;
    if proposal.outcome != Review::Pending {
        return Err(Error::Conflict(format!("proposal `{id}` is {}", proposal.outcome)));
    }
    Ok(proposal)
}

async fn review(
    writing: &mut Writing,
    by: By<'_>,
    id: &str,
    approve: bool,
    reason: &str,
    together: usize,
) -> Result<Proposal, Error> {
    let mut proposal = pending(writing, id).await?;
    if proposal.proposer == by.actor {
        return Err(Error::FourEyes { actor: by.actor.to_owned(), proposal: id.to_owned() });
    }
    let mut alert: Alert = writing.get("alert", &proposal.alert).await?;
    proposal.outcome = if approve { Review::Approved } else { Review::Rejected };
    proposal.reviewer = Some(by.actor.to_owned());
    reason.clone_into(&mut proposal.review_reason);
    proposal.reviewed_at = Some(by.now);
    alert.moves(if approve { Event::Approve(proposal.disposition) } else { Event::Reject }, by.now)?;
    if approve {
        alert.disposition = Some(proposal.disposition);
        if proposal.disposition == Disposition::Escalated {
            alert.escalated = true;
        }
        if proposal.disposition.closes() {
            alert.closed_at = Some(by.now);
            alert.decision = Some(proposal.id.clone());
        }
    }
    writing.save(&alert).await?;
    writing.save(&proposal).await?;
    let mut whitelisting = None;
    if approve && proposal.disposition == Disposition::FalsePositive {
        let finding: Finding = writing.get("finding", &proposal.finding).await?;
        let one = Whitelisting {
            id: writing.id("W"),
            customer: alert.customer.clone(),
            customer_hash: finding.customer_hash,
            entity: alert.entity.clone(),
            entity_hash: finding.entity_hash,
            alert: alert.id.clone(),
            decision: proposal.id.clone(),
            state: Standing::Active,
            since: by.now,
            ended_at: None,
            ended_because: String::new(),
        };
        writing.save(&one).await?;
        whitelisting = Some(one.id);
    }
    let action = if approve { "decision.approved" } else { "decision.rejected" };
    let payload = json!({
        "proposal": proposal.id, "proposer": proposal.proposer, "disposition": proposal.disposition, "reason": reason,
        "whitelisting": whitelisting, "together": together,
    });
    writing.entry(action, &alert.id, &payload).await?;
    Ok(proposal)
}
