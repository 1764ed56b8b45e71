//! Exports of the services that companies and platforms use become people. Each importer reads a stream, record by record; what a record
//! lacks or has wrong is a problem with its place, and the rest goes on.

mod crypto;
mod deel;
mod fake_analyzer;
mod freelance;
mod git_log;
mod github_audit;
mod github_users;
mod json;
mod payoneer;
mod payouts;
mod table;
mod wise;
