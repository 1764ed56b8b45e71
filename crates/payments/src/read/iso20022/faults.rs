//! What is wrong with a payment as a whole: nobody who pays or is paid, no amount, a reference that an earlier one of the file had. Payments
//! go in, and come out with their warnings. Of references only hashes are kept, of a bounded number of payments.

use std::hash::{DefaultHasher, Hash, Hasher};

use rustc_hash::FxHashMap;

use crate::message::{MessageKind, Payment, RefKind, Role};

/// References in one generation. Two are kept, so that each payment is compared with this many before it at least.
const GENERATION: usize = 1 << 17;

/// The references so far, by hash, with the number of the payment.
#[derive(Debug, Default)]
pub(super) struct Faults {
    present: FxHashMap<u64, u64>,
    past: FxHashMap<u64, u64>,
}

impl Faults {
    /// Adds the warnings to a payment.
    pub(super) fn check(&mut self, payment: &mut Payment) {
        let statement = matches!(payment.kind, MessageKind::Camt053 | MessageKind::Camt054);
        // A statement need not say who the other side is.
        if !statement {
            for (role, word) in [(Role::Debtor, "debtor"), (Role::Creditor, "creditor")] {
                if payment.parties_in(role).next().is_none() {
                    payment.warnings.push(format!("no {word} is stated"));
                }
            }
            if payment.amount.is_none() && !payment.warnings.iter().any(|warning| warning.contains("Amt: ")) {
                payment.warnings.push("no amount is stated".to_owned());
            }
        }
        self.compare(payment, statement);
    }

    /// Warns when an earlier payment had the reference. The entries of statements repeat the references of what they report, so that only
    /// the bank's own count there.
    fn compare(&mut self, payment: &mut Payment, statement: bool) {
        let kinds: &[RefKind] = if statement {
            &[RefKind::Transaction]
        } else {
            &[RefKind::Uetr, RefKind::Transaction, RefKind::Instruction, RefKind::EndToEnd]
        };
        let Some((kind, reference)) =
            kinds.iter().find_map(|kind| payment.reference(*kind).map(|reference| (*kind, reference)))
        else {
            return;
        };
        if reference.eq_ignore_ascii_case("NOTPROVIDED") {
            return;
        }
        let mut hasher = DefaultHasher::new();
        (kind, reference).hash(&mut hasher);
        let hash = hasher.finish();
        if let Some(number) = self.present.get(&hash).or_else(|| self.past.get(&hash)) {
            let reference = crate::read::amounts::excerpt(reference);
            let warning = format!("{} reference {reference} was on payment {number} already", kind.code());
            payment.warnings.push(warning);
            return;
        }
        if self.present.len() >= GENERATION {
            self.past = std::mem::take(&mut self.present);
        }
        self.present.insert(hash, payment.number);
    }
}
