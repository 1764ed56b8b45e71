//! The dense parts of a graph: communities of greatest modularity, by moving one end at a time (Blondel et al. 2008), then whole parts.

/// The part of each of `ends` things, by number; links are given once each, with a weight above zero.
pub(super) fn parts(ends: usize, links: &[(u32, u32, f64)]) -> Vec<u32> {
    let mut part: Vec<u32> = (0..ends as u32).collect();
    let mut links = links.to_vec();
    let mut count = ends;
    loop {
        let (moved, to) = moved(count, &links);
        if !moved {
            return part;
        }
        // Numbers without gaps, in the order of first sight.
        let mut number = vec![u32::MAX; count];
        let mut next = 0;
        for old in &to {
            let slot = &mut number[*old as usize];
            if *slot == u32::MAX {
                *slot = next;
                next += 1;
            }
        }
        let new = |one: u32| number[to[one as usize] as usize];
        for one in &mut part {
            *one = new(*one);
        }
        for (a, b, _) in &mut links {
            (*a, *b) = (new(*a), new(*b));
        }
        count = next as usize;
    }
}

/// Moves each end to the part of its neighbours where modularity gains most, until none gains.
fn moved(ends: usize, links: &[(u32, u32, f64)]) -> (bool, Vec<u32>) {
    let mut near: Vec<Vec<(u32, f64)>> = vec![Vec::new(); ends];
    let mut degree = vec![0.0; ends];
    let mut all = 0.0;
    for (a, b, weight) in links {
        degree[*a as usize] += weight;
        degree[*b as usize] += weight;
        all += 2.0 * weight;
        if a != b {
            near[*a as usize].push((*b, *weight));
            near[*b as usize].push((*a, *weight));
        }
    }
    let mut part: Vec<u32> = (0..ends as u32).collect();
    let mut total = degree.clone();
    let mut to = vec![0.0; ends];
    let mut any = false;
    loop {
        let mut again = false;
        for one in 0..ends {
            let own = part[one];
            total[own as usize] -= degree[one];
            let mut parts: Vec<u32> = near[one].iter().map(|(other, _)| part[*other as usize]).collect();
            parts.push(own);
            parts.sort_unstable();
            parts.dedup();
            near[one].iter().for_each(|(other, weight)| to[part[*other as usize] as usize] += weight);
            let gain = |number: u32| to[number as usize] - total[number as usize] * degree[one] / all;
            let mut best = own;
            for number in &parts {
                if gain(*number) > gain(best) + 1e-9 {
                    best = *number;
                }
            }
            for number in &parts {
                to[*number as usize] = 0.0;
            }
            total[best as usize] += degree[one];
            if best != own {
                part[one] = best;
                again = true;
                any = true;
            }
        }
        if !again {
            return (any, part);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::parts;

    fn among(persons: std::ops::Range<u32>) -> Vec<(u32, u32, f64)> {
        persons.clone().flat_map(|a| (a + 1..persons.end).map(move |b| (a, b, 5.0))).collect()
    }

    #[test]
    fn two_firms_that_one_person_joins_are_two_parts() {
        let mut links = among(0..15);
        links.extend(among(15..30));
        links.extend([(3, 20, 5.0), (4, 21, 5.0)]);
        let parts = parts(30, &links);
        assert!(parts[..15].iter().all(|part| *part == parts[0]), "{parts:?}");
        assert!(parts[15..].iter().all(|part| *part == parts[15]), "{parts:?}");
        assert_ne!(parts[0], parts[15]);
    }

    #[test]
    fn what_hangs_together_closely_stays_one() {
        let parts = parts(20, &among(0..20));
        assert!(parts.iter().all(|part| *part == 0), "{parts:?}");
        assert_eq!(super::parts(2, &[]), [0, 1]);
        assert!(super::parts(0, &[]).is_empty());
    }

    /// Heavy links count for more than many.
    #[test]
    fn weights_count() {
        let links = [(0, 1, 9.0), (2, 3, 9.0), (0, 2, 1.0), (1, 3, 1.0)];
        let parts = parts(4, &links);
        assert_eq!((parts[0] == parts[1], parts[2] == parts[3], parts[0] == parts[2]), (true, true, false), "{parts:?}");
    }
}
