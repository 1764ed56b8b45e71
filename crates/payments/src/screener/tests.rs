//! Decisions on payments.
