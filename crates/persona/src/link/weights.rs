//! How much it says that two people share something. Every weight of linking stands in this table, with its reason.
//!
//! A weight is in natural log-odds: 3 is twenty to one that the two share an operator, were nothing else known. It is for a value that two
//! hold; up to `full` holders it stays, then it falls with the logarithm of their number to nothing at `most`.

use crate::indicators::Category;
use crate::vocabulary::IdKind;

/// Kinds that come from one cause: a household shares address, line and network at once. Evidence counts once a family, and a ring needs
/// several.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Family {
    /// E-mail, telephone, messenger, references.
    Contact,
    /// Accounts, cards, wallets.
    Money,
    /// Devices and keys.
    Machine,
    /// Networks and addresses.
    Place,
    /// Documents, numbers, photos.
    Paper,
    /// Texts, files, sites.
    Text,
    /// What papers state of work and school. Who writes a paper gives it its words; what it says somebody was where and when is another thing.
    Career,
    /// Commits, referrals, other relations.
    Work,
    /// What the members' own records say of each: no link, and independent of all of them.
    Conduct,
}

impl Family {
    /// Every family of links.
    pub const LINKS: [Self; 8] =
        [Self::Contact, Self::Money, Self::Machine, Self::Place, Self::Paper, Self::Text, Self::Career, Self::Work];

    /// How many they are.
    pub(crate) const COUNT: usize = Self::LINKS.len();

    /// The words for people.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Contact => "contacts",
            Self::Money => "money",
            Self::Machine => "devices",
            Self::Place => "places and networks",
            Self::Paper => "papers and photos",
            Self::Text => "texts",
            Self::Career => "careers",
            Self::Work => "work",
            Self::Conduct => "what each shows alone",
        }
    }

    /// The stable word in files and interfaces.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Contact => "contact",
            Self::Money => "money",
            Self::Machine => "machine",
            Self::Place => "place",
            Self::Paper => "paper",
            Self::Text => "text",
            Self::Career => "career",
            Self::Work => "work",
            Self::Conduct => "conduct",
        }
    }
}

macro_rules! links {
    ($($(#[$doc:meta])* $variant:ident = $code:literal / $label:literal, $family:ident, $weight:literal, $full:literal, $most:literal, $reason:literal;)+) => {
        /// What people share.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u8)]
        pub enum LinkKind {
            $($(#[$doc])* $variant,)+
        }

        /// The table of weights, in the order of [`LinkKind`].
        pub const WEIGHTS: &[LinkWeight] = &[
            $(LinkWeight { kind: LinkKind::$variant, family: Family::$family, weight: $weight, full: $full, most: $most, reason: $reason },)+
        ];

        impl LinkKind {
            /// The stable word in files and interfaces.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self {
                    $(Self::$variant => $code,)+
                }
            }

            /// The words for people.
            #[must_use]
            pub const fn label(self) -> &'static str {
                match self {
                    $(Self::$variant => $label,)+
                }
            }
        }
    };
}

/// A row of the table.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LinkWeight {
    /// What is shared.
    pub kind: LinkKind,
    /// From what cause.
    pub family: Family,
    /// Natural log-odds where two hold it.
    pub weight: f64,
    /// Holders up to which it stays.
    pub full: u32,
    /// Holders from which it is nothing.
    pub most: u32,
    /// Why.
    pub reason: &'static str,
}

impl LinkWeight {
    /// The weight where so many hold the value, in natural log-odds.
    pub(crate) fn at(&self, holders: usize) -> f64 {
        let (full, most, holders) = (f64::from(self.full), f64::from(self.most), holders as f64);
        if holders <= full {
            self.weight
        } else if holders >= most {
            0.0
        } else {
            self.weight * (most / holders).ln() / (most / full).ln()
        }
    }
}

links! {
    /// Number of an identity document.
    Document = "document" / "document number", Paper, 6.0, 20, 400, "a number is one person's; two names on it are an error of typing or a lent identity";
    /// Tax number.
    Tax = "tax" / "tax number", Paper, 6.0, 20, 400, "as a document's number";
    /// Photo.
    Photo = "photo" / "photo", Paper, 4.5, 6, 40, "one picture under two names; stock pictures and default avatars are held by many";
    /// Base of a picture.
    PictureBase = "picture_base" / "base of a picture", Paper, 4.0, 8, 60, "same desk, shadow and scratches: one template; plain white scans have no base";
    /// Payout account.
    Payee = "payee" / "payout account", Money, 5.0, 30, 600, "wages of two people on one account; families and agencies are known or openly so";
    /// Card.
    Card = "card" / "card", Money, 5.0, 10, 200, "as a payout account";
    /// Wallet.
    Wallet = "wallet" / "wallet", Money, 4.0, 30, 300, "as a payout account; deposit addresses of exchanges are one customer's, their hot wallets are held by very many";
    /// Device.
    Device = "device" / "device", Machine, 4.0, 5, 40, "one machine for two accounts at one time; public and sold machines are seen at other times or with very many, and browsers of one make can look alike";
    /// Serial number.
    Serial = "serial" / "serial number", Machine, 3.0, 4, 30, "a company laptop is handed on, so that times must overlap";
    /// USB device.
    Usb = "usb" / "USB device", Machine, 3.0, 4, 30, "serial numbers of cheap devices repeat";
    /// Signing key.
    SigningKey = "signing_key" / "signing key", Machine, 6.0, 30, 200, "a private key is nobody else's";
    /// IP address.
    Ip = "ip" / "IP address", Place, 2.5, 5, 40, "a home line has one household behind it; carriers, VPN exits, schools and cafés have many";
    /// Wireless network.
    Bssid = "bssid" / "wireless network (BSSID)", Place, 3.0, 8, 60, "one access point; offices and cafés have many";
    /// Gateway.
    Gateway = "gateway" / "gateway", Place, 3.0, 8, 60, "one router";
    /// Local network.
    Lan = "lan" / "local network", Place, 1.0, 4, 20, "private ranges repeat everywhere";
    /// Address.
    Address = "address" / "address", Place, 2.0, 5, 40, "one home is one household; towers, dormitories and forwarders have many";
    /// Delivery address.
    ShipTo = "ship_to" / "delivery address", Place, 3.0, 8, 100, "company goods for two people to one door; forwarders and mailbox stores have many";
    /// E-mail address.
    Email = "email" / "e-mail address", Contact, 5.0, 10, 60, "a mailbox is one person's or openly a firm's";
    /// Telephone number.
    Phone = "phone" / "telephone number", Contact, 3.0, 4, 25, "families, recruiters and agencies give one number for several";
    /// Messenger handle.
    Messenger = "messenger" / "messenger handle", Contact, 4.5, 10, 60, "as a mailbox";
    /// Handle.
    Handle = "handle" / "handle", Contact, 4.0, 6, 40, "the same handle on the same platform is one account; other platforms are not told apart when none is named";
    /// Contact of a reference.
    Reference = "reference" / "contact of a reference", Contact, 2.5, 4, 25, "a former manager vouches for several honest people";
    /// CV passages or whole text.
    Cv = "cv" / "CV text", Text, 4.0, 10, 30, "three sentences about work that only these have; templates are held by many";
    /// Letters, answers, proposals.
    Letter = "letter" / "letter or answer", Text, 2.5, 4, 20, "models and templates converge more in letters than in careers";
    /// Profile texts.
    Bio = "bio" / "profile text", Text, 2.0, 5, 25, "profile texts are short and alike";
    /// Sites.
    Site = "site" / "site", Text, 3.0, 6, 30, "page content, analytics id; free templates are held by many";
    /// Favicon.
    Favicon = "favicon" / "favicon", Text, 1.0, 3, 10, "default icons";
    /// Web address.
    Url = "url" / "web address", Text, 2.0, 4, 20, "a personal page under two names; shared projects";
    /// Author in files.
    Author = "author" / "author of files", Text, 2.5, 5, 30, "the name in the office program; friends and agencies write CVs for others";
    /// Career.
    Career = "career" / "career", Career, 4.0, 10, 60, "all employers and schools of one paper, or three of them, with the same dates; classmates share one or two";
    /// Commit.
    Commit = "commit" / "commit", Work, 4.0, 4, 20, "a copied history; forks hold the same commits, and are told apart where the record says so";
    /// Commits with.
    CommitsWith = "commits_with" / "common repository", Work, 1.5, 4, 40, "colleagues and open projects";
    /// Referred or vouched.
    Referred = "referred" / "referral", Work, 1.0, 20, 200, "honest people refer their friends";
    /// One staffing firm. It links only people who both show something alone: a front lends nobody else.
    Firm = "firm" / "one staffing firm", Work, 2.5, 40, 200, "most staffing firms are what they say; one whose people all show something is not";
    /// One staffing firm, and one delivery address that is nobody's home.
    FirmDoor = "firm_door" / "one staffing firm with one delivery address", Work, 1.2, 30, 300, "a staffing firm whose people are nowhere but at its door";
    /// Commits under the other's address.
    CommitsAs = "commits_as" / "commits under the other's address", Work, 2.0, 4, 20, "a slip between accounts of one machine; colleagues who work in pairs do it, too";
    /// One address that is nobody's own, under which each mostly commits.
    CommitMail = "commit_mail" / "commits under one address that is nobody's own", Work, 3.0, 4, 20, "the address is set on the machine where one works; that of a robot or service is used by many";
    /// Commits to the other's own repositories.
    CommitsTo = "commits_to" / "commits to the other's repositories", Work, 2.0, 4, 20, "accounts of one hand fill each other's projects; friends help each other, and a project that many work on is no one's own";
    /// References who are each other's.
    Vouches = "vouches" / "each other's references in a circle", Work, 3.0, 6, 20, "who led somebody's work was not led by him; by the papers of both they were nowhere together";
    /// One client who rates several, each more than once.
    Rater = "rater" / "one client who rates each again and again", Work, 2.0, 6, 20, "bought praise; a client who likes a team of freelancers looks the same";
    /// The same several exits of VPNs.
    Exits = "exits" / "the same several VPN exits", Machine, 4.0, 20, 60, "one exit is everybody's; three of hundreds that two people have by habit are one list";
    /// Follows.
    Follows = "follows" / "follows", Work, 0.3, 50, 500, "anybody follows anybody";
    /// Shares.
    Shares = "shares" / "shares", Work, 1.5, 10, 100, "the source says that they share something, and not what";
    /// Paid by.
    PaidBy = "paid_by" / "paid by the other", Money, 2.0, 10, 100, "subcontracting is usual on platforms";
    /// Where pay is moved on to.
    PaidOn = "paid_on" / "pay goes on to one address", Money, 3.0, 15, 60, "what several earn is gathered in one wallet; exchanges gather it, too, and theirs are dealt with by very many";
    /// Ships to.
    ShipsTo = "ships_to" / "parcels go to the other", Place, 3.0, 10, 100, "as one delivery address";
    /// Farm.
    Farm = "farm" / "devices in one place", Machine, 4.5, 100, 1000, "company devices of people who live elsewhere stand behind one line and go nowhere else";
}

impl Family {
    /// Whether a household shares what is of it.
    pub(crate) const fn is_of_household(self) -> bool {
        matches!(self, Self::Place | Self::Money | Self::Contact | Self::Machine)
    }

    /// Whether what a category of indicators says has the cause of the family, so that the two are not independent.
    pub(crate) const fn is_of(self, category: Category) -> bool {
        match self {
            Self::Contact | Self::Text | Self::Career => matches!(category, Category::Application),
            Self::Money => matches!(category, Category::Payment),
            // One machine is behind one line.
            Self::Machine => matches!(category, Category::Device | Category::Network),
            Self::Place => matches!(category, Category::Network | Category::Shipping),
            Self::Paper => matches!(category, Category::Identity),
            Self::Work => matches!(category, Category::Persona | Category::Behaviour),
            Self::Conduct => true,
        }
    }
}

impl LinkKind {
    /// Its row.
    #[must_use]
    pub const fn row(self) -> &'static LinkWeight {
        &WEIGHTS[self as usize]
    }

    /// The weight where so many hold the value, in natural log-odds.
    #[must_use]
    pub fn weight(self, holders: usize) -> f64 {
        self.row().at(holders)
    }

    /// As what an identifier links; `None` for those that link in another way.
    #[must_use]
    pub const fn of_identifier(kind: IdKind) -> Option<Self> {
        Some(match kind {
            IdKind::Email | IdKind::RecoveryEmail => Self::Email,
            IdKind::Phone => Self::Phone,
            IdKind::Handle => Self::Handle,
            IdKind::Messenger => Self::Messenger,
            IdKind::Doc => Self::Document,
            IdKind::Tax => Self::Tax,
            IdKind::Payee => Self::Payee,
            IdKind::Card => Self::Card,
            IdKind::Wallet => Self::Wallet,
            IdKind::Device => Self::Device,
            IdKind::Serial => Self::Serial,
            IdKind::Usb => Self::Usb,
            IdKind::Ip => Self::Ip,
            IdKind::Address => Self::Address,
            IdKind::ShipTo => Self::ShipTo,
            IdKind::Url => Self::Url,
            IdKind::PhotoHash => return None,
            IdKind::DocAuthor => Self::Author,
            IdKind::Bssid => Self::Bssid,
            IdKind::Gateway => Self::Gateway,
            IdKind::Lan => Self::Lan,
            IdKind::ReferenceEmail | IdKind::ReferencePhone => Self::Reference,
            IdKind::SigningKey => Self::SigningKey,
            IdKind::Commit => Self::Commit,
            IdKind::HtmlHash | IdKind::Analytics => Self::Site,
            IdKind::Favicon => Self::Favicon,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{LinkKind, WEIGHTS};

    #[test]
    fn rows_stand_at_their_kinds() {
        for (index, row) in WEIGHTS.iter().enumerate() {
            assert_eq!(row.kind as usize, index);
            assert!(row.full >= 2 && row.most > row.full && row.weight > 0.0, "{row:?}");
        }
    }

    #[test]
    fn what_many_hold_links_nobody() {
        assert!((LinkKind::Payee.weight(2) - 5.0).abs() < 1e-9);
        assert!((LinkKind::Payee.weight(30) - 5.0).abs() < 1e-9);
        let some = LinkKind::Payee.weight(100);
        assert!(some > 1.0 && some < 5.0, "{some}");
        assert!(LinkKind::Payee.weight(1_000_000).abs() < 1e-9);
    }
}
