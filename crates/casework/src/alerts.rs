//! The states of an alert and which event leads from which to which: one pure function.

use thiserror::Error;

use crate::record::words;

words! {
    /// Where an alert stands.
    State {
        /// Nobody has it.
        New = "new",
        /// Somebody works on it.
        InReview = "in_review",
        /// A disposition is proposed, and waits for another person.
        Proposed = "proposed",
        /// Handed up.
        Escalated = "escalated",
        /// Decided.
        Closed = "closed",
    }
}

words! {
    /// What an alert is found to be.
    Disposition {
        /// The customer is the listed party.
        TrueMatch = "true_match",
        /// The customer is somebody else.
        FalsePositive = "false_positive",
        /// It cannot be said yet; the alert stays open.
        Unsure = "unsure",
        /// Somebody else has to look; the alert stays open.
        Escalated = "escalated",
        /// The customer may be the victim of somebody who uses their identity.
        PossibleVictim = "possible_victim",
    }
}

impl Disposition {
    /// Whether its approval ends the work.
    #[must_use]
    pub const fn closes(self) -> bool {
        matches!(self, Self::TrueMatch | Self::FalsePositive | Self::PossibleVictim)
    }
}

words! {
    /// How urgent an alert is.
    Priority {
        /// Can wait.
        Low = "low",
        /// As usual.
        Normal = "normal",
        /// Before the others.
        High = "high",
        /// Now.
        Urgent = "urgent",
    }
}

/// What happens to an alert.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// Somebody gets it.
    Assign,
    /// Nobody has it any more.
    Unassign,
    /// A disposition is proposed.
    Propose,
    /// The proposal is approved.
    Approve(Disposition),
    /// The proposal is rejected.
    Reject,
    /// The proposal is taken back.
    Withdraw,
    /// The facts of a side changed, or another score was found.
    Refresh,
    /// It is opened again.
    Reopen,
}

/// A state that does not allow an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("an alert that is {state} does not allow: {event:?}")]
pub struct TransitionError {
    /// The state.
    pub state: State,
    /// What was to happen.
    pub event: Event,
}

/// The state after an event. `escalated` says whether the alert was handed up since it was opened, and `assigned` whether somebody has it:
/// that is where it goes back to from a proposal.
pub const fn transition(state: State, event: Event, escalated: bool, assigned: bool) -> Result<State, TransitionError> {
    use Event as E;
    use State as S;
    let working = if escalated {
        S::Escalated
    } else if assigned {
        S::InReview
    } else {
        S::New
    };
    Ok(match (state, event) {
        (S::New | S::InReview, E::Assign) => S::InReview,
        (S::Proposed, E::Assign) => S::Proposed,
        (S::Escalated, E::Assign) => S::Escalated,

        (S::InReview, E::Unassign) => S::New,
        (S::Escalated, E::Unassign) => S::Escalated,
        (S::Proposed, E::Unassign) => S::Proposed,

        (S::New | S::InReview | S::Escalated, E::Propose) => S::Proposed,

        (S::Proposed, E::Approve(Disposition::Escalated)) => S::Escalated,
        (S::Proposed, E::Approve(Disposition::Unsure)) => working,
        (S::Proposed, E::Approve(_)) => S::Closed,
        (S::Proposed, E::Reject | E::Withdraw | E::Refresh) => working,

        (S::New | S::InReview | S::Escalated, E::Refresh) => state,

        (S::Closed, E::Reopen) => S::New,

        (S::New, E::Unassign | E::Approve(_) | E::Reject | E::Withdraw | E::Reopen)
        | (S::InReview | S::Escalated, E::Approve(_) | E::Reject | E::Withdraw | E::Reopen)
        | (S::Proposed, E::Propose | E::Reopen)
        | (S::Closed, E::Assign | E::Unassign | E::Propose | E::Approve(_) | E::Reject | E::Withdraw | E::Refresh) => {
            return Err(TransitionError { state, event });
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every state against every event. `-` is an error, `~` the state to which work goes back.
    #[test]
    fn the_whole_matrix() {
        const MATRIX: &str = "
            event            new        in_review  proposed   escalated  closed
            assign           in_review  in_review  proposed   escalated  -
            unassign         -          new        proposed   escalated  -
            propose          proposed   proposed   -          proposed   -
            true_match       -          -          closed     -          -
            false_positive   -          -          closed     -          -
            possible_victim  -          -          closed     -          -
            unsure           -          -          ~          -          -
            escalated        -          -          escalated  -          -
            reject           -          -          ~          -          -
            withdraw         -          -          ~          -          -
            refresh          new        in_review  ~          escalated  -
            reopen           -          -          -          -          new";
        let lines: Vec<Vec<&str>> = MATRIX
            .lines()
            .map(|line| line.split_whitespace().collect())
            .filter(|words: &Vec<&str>| !words.is_empty())
            .collect();
        let states: Vec<State> = lines[0][1..].iter().map(|word| word.parse().unwrap()).collect();
        assert_eq!(states.len(), State::ALL.len());
        assert_eq!(lines.len() - 1, 7 + Disposition::ALL.len());
        for line in &lines[1..] {
            let event = match line[0] {
                "assign" => Event::Assign,
                "unassign" => Event::Unassign,
                "propose" => Event::Propose,
                "reject" => Event::Reject,
                "withdraw" => Event::Withdraw,
                "refresh" => Event::Refresh,
                "reopen" => Event::Reopen,
                disposition => Event::Approve(disposition.parse().unwrap()),
            };
            for (state, expected) in states.iter().zip(&line[1..]) {
                for (escalated, assigned, back) in [
                    (false, false, State::New),
                    (false, true, State::InReview),
                    (true, false, State::Escalated),
                    (true, true, State::Escalated),
                ] {
                    let found = transition(*state, event, escalated, assigned);
                    let expected = match *expected {
                        "-" => Err(TransitionError { state: *state, event }),
                        "~" => Ok(back),
                        word => Ok(word.parse().unwrap()),
                    };
                    assert_eq!(found, expected, "{state} {event:?} {escalated} {assigned}");
                }
            }
        }
    }
}
