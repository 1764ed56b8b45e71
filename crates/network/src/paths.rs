//! How two parties are linked, and who else is around.
