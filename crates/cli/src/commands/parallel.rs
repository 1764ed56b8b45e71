//! Work on a stream of items with all processors and a bounded memory: items are read in chunks, worked on in parallel, and handed on
//! in the order in which they came.

use std::io;

use anyhow::Context;
use rayon::iter::{IntoParallelIterator, ParallelIterator};

use crate::input::CHUNK;

/// Reads items with `next` until it gives none, makes a result of each with `work`, and gives the results to `write` chunk by chunk.
/// `state` makes what a thread keeps from item to item.
pub(crate) fn in_order<T: Send, S, R: Send>(
    threads: Option<u16>,
    mut next: impl FnMut() -> io::Result<Option<T>>,
    state: impl Fn() -> S + Send + Sync,
    work: impl Fn(&mut S, T) -> R + Send + Sync,
    mut write: impl FnMut(Vec<R>) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    // A single item is not worth starting threads for.
    let mut pool = None;
    loop {
        let mut chunk = Vec::new();
        while chunk.len() < CHUNK
            && let Some(item) = next()?
        {
            chunk.push(item);
        }
        let last = chunk.len() < CHUNK;
        let results = if chunk.len() <= 1 || threads == Some(1) {
            let mut state = state();
            chunk.into_iter().map(|item| work(&mut state, item)).collect()
        } else {
            if pool.is_none() {
                let builder = rayon::ThreadPoolBuilder::new().num_threads(threads.unwrap_or(0).into());
                pool = Some(builder.build().context("threads cannot be started")?);
            }
            let run = || chunk.into_par_iter().map_init(&state, &work).collect();
            pool.as_ref().map_or_else(Vec::new, |pool| pool.install(run))
        };
        write(results)?;
        if last {
            return Ok(());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_come_in_order_and_complete() {
        for (threads, total) in [(None, 0), (None, 1), (Some(1), 5000), (Some(3), CHUNK), (None, 3 * CHUNK + 1)] {
            let mut items = 0..total;
            let mut found = Vec::new();
            in_order(
                threads,
                || Ok(items.next()),
                || (),
                |(), item| item * 2,
                |results| {
                    found.extend(results);
                    Ok(())
                },
            )
            .unwrap();
            assert_eq!(found, (0..total).map(|item| item * 2).collect::<Vec<_>>());
        }
    }
}
