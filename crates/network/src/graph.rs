//! The graph: parties and typed, dated relations between them.
