//! The network around a name: who owns whom and what follows from it in law, how two parties are linked, who else is around, which
//! customers look like fronts, where wallets and vessels lead. A snapshot goes in; findings with the record of every fact come out.

pub mod drawing;
mod fronts;
mod graph;
mod paths;
mod verdict;
mod vessel;
mod wallet;
