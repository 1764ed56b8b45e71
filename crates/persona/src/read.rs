//! Files of the neutral tables become people.

mod parquet;
