//! Ownership verdicts by regime and date.
