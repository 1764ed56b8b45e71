//! The closed vocabularies of the people tables: kinds of identifiers, events, documents and relations, and the names of the facts in
//! them. A word outside a vocabulary is never read by a rule. There is deliberately no word for nationality, ethnicity, race, religion,
//! native language, accent or looks.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

/// The variants of a vocabulary by their words.
fn words<T: Copy>(all: &[T], code: impl Fn(T) -> &'static str) -> FxHashMap<&'static str, T> {
    all.iter().map(|one| (code(*one), *one)).collect()
}

macro_rules! vocabulary {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $code:literal / $label:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u8)]
        pub enum $name {
            $($(#[$vdoc])* $variant,)+
        }

        impl $name {
            /// Every word, in the order of declaration.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

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

            /// What that word stands for; `None` outside the vocabulary.
            #[must_use]
            pub fn from_code(code: &str) -> Option<Self> {
                static WORDS: LazyLock<FxHashMap<&str, $name>> = LazyLock::new(|| words($name::ALL, $name::code));
                WORDS.get(code).copied()
            }

            /// Its place in the order of declaration.
            #[must_use]
            pub const fn index(self) -> usize {
                self as usize
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                let code = <std::borrow::Cow<'de, str>>::deserialize(from)?;
                Self::from_code(&code).ok_or_else(|| serde::de::Error::custom(format_args!(
                    concat!("`{}` is no word of ", stringify!($name)), code
                )))
            }
        }
    };
}

vocabulary! {
    /// What a value that belongs to a person is.
    IdKind {
        /// E-mail address.
        Email = "email" / "e-mail address",
        /// E-mail address for recovery of an account.
        RecoveryEmail = "recovery_email" / "recovery e-mail address",
        /// Telephone number.
        Phone = "phone" / "telephone number",
        /// Handle on a platform, as `github:name` or `name`.
        Handle = "handle" / "handle",
        /// Handle of a messenger.
        Messenger = "messenger" / "messenger handle",
        /// Number of an identity document. Kept as keyed hash.
        Doc = "doc" / "document number",
        /// Social security or tax number. Kept as keyed hash.
        Tax = "tax" / "tax number",
        /// Bank account or payout account. Kept as keyed hash.
        Payee = "payee" / "payout account",
        /// Payment card. Kept as keyed hash.
        Card = "card" / "card",
        /// Digital currency address.
        Wallet = "wallet" / "wallet",
        /// Fingerprint or management id of a device. Kept as keyed hash.
        Device = "device" / "device",
        /// Serial number of a device. Kept as keyed hash.
        Serial = "serial" / "serial number",
        /// Serial or product string of a USB device. Kept as keyed hash.
        Usb = "usb" / "USB device",
        /// IP address.
        Ip = "ip" / "IP address",
        /// Home address, as stated.
        Address = "address" / "home address",
        /// Address where a parcel went or shall go.
        ShipTo = "ship_to" / "delivery address",
        /// Web address.
        Url = "url" / "web address",
        /// Perceptual hash of a photo, 16 hexadecimal digits.
        PhotoHash = "photo_hash" / "photo",
        /// Author in the metadata of a file.
        DocAuthor = "doc_author" / "author of a file",
        /// BSSID of a wireless network.
        Bssid = "bssid" / "wireless network (BSSID)",
        /// Hardware address of the gateway.
        Gateway = "gateway" / "gateway",
        /// Local network.
        Lan = "lan" / "local network",
        /// E-mail address of a reference.
        ReferenceEmail = "reference_email" / "e-mail address of a reference",
        /// Telephone number of a reference.
        ReferencePhone = "reference_phone" / "telephone number of a reference",
        /// Key that signs commits or opens sessions.
        SigningKey = "signing_key" / "signing key",
        /// Hash of a commit.
        Commit = "commit" / "commit",
        /// Hash of the HTML of a site.
        HtmlHash = "html_hash" / "page content",
        /// Analytics id of a site.
        Analytics = "analytics" / "analytics id",
        /// Hash of the favicon of a site.
        Favicon = "favicon" / "favicon",
    }
}

impl IdKind {
    /// Whether only a keyed hash of the value is ever kept.
    #[must_use]
    pub const fn is_keyed(self) -> bool {
        matches!(self, Self::Doc | Self::Tax | Self::Payee | Self::Card | Self::Device | Self::Serial | Self::Usb)
    }
}

vocabulary! {
    /// What happened.
    EventKind {
        /// An application was sent.
        Application = "application" / "application",
        /// A log-in.
        Login = "login" / "log-in",
        /// A log-out.
        Logout = "logout" / "log-out",
        /// A session from its time to `end`.
        Session = "session" / "session",
        /// A device was enrolled.
        Enrolment = "enrolment" / "enrolment",
        /// A device was started for the first time.
        FirstBoot = "first_boot" / "first start",
        /// A device reported.
        DeviceSeen = "device_seen" / "device check-in",
        /// A program was seen on a device.
        Software = "software" / "program seen",
        /// A USB or video device was seen.
        Usb = "usb" / "USB device seen",
        /// An open port was seen at an address.
        Port = "port" / "open port seen",
        /// Malware was found.
        Malware = "malware" / "malware alert",
        /// A parcel was sent.
        ParcelShipped = "parcel_shipped" / "parcel sent",
        /// A parcel was delivered.
        ParcelDelivered = "parcel_delivered" / "parcel delivered",
        /// A parcel was sent elsewhere or held.
        ParcelRerouted = "parcel_rerouted" / "parcel re-routed",
        /// A parcel came back.
        ParcelReturned = "parcel_returned" / "parcel returned",
        /// A payment to the person.
        Payout = "payout" / "payout",
        /// The account to be paid was changed.
        PayeeChanged = "payee_changed" / "payout account changed",
        /// The account to be paid was opened.
        PayeeOpened = "payee_opened" / "payout account opened",
        /// Pay was asked in, or moved to, virtual currency.
        PayInCrypto = "pay_in_crypto" / "pay in virtual currency",
        /// A transfer between wallets.
        Transfer = "transfer" / "wallet transfer",
        /// A commit.
        Commit = "commit" / "commit",
        /// A clone or download of a repository.
        Clone = "clone" / "clone",
        /// A bulk download.
        Download = "download" / "download",
        /// A push to a repository outside the company.
        Push = "push" / "push outside",
        /// Rights were asked for.
        AccessRequest = "access_request" / "request for rights",
        /// The person added somebody to the organisation.
        MemberAdded = "member_added" / "member added",
        /// A check of identity.
        Kyc = "kyc" / "identity check",
        /// A name, handle, e-mail address or picture was changed.
        Renamed = "renamed" / "profile changed",
        /// A bid.
        Bid = "bid" / "bid",
        /// A bid was won.
        Won = "won" / "bid won",
        /// A rating by a client.
        Rating = "rating" / "rating",
        /// A meeting.
        Meeting = "meeting" / "meeting",
        /// A message.
        Message = "message" / "message",
        /// The account was closed or banned.
        Closed = "closed" / "account closed",
        /// Notice of dismissal.
        Notice = "notice" / "notice of dismissal",
        /// The person was hired.
        Hired = "hired" / "hired",
        /// The profile was made.
        ProfileCreated = "profile_created" / "profile made",
        /// A pull request.
        PullRequest = "pull_request" / "pull request",
        /// An issue was opened.
        Issue = "issue" / "issue opened",
        /// A referral.
        Referral = "referral" / "referral",
    }
}

vocabulary! {
    /// What kind of paper or record states facts of a person.
    DocKind {
        /// Curriculum vitae.
        Cv = "cv" / "CV",
        /// Cover letter.
        Letter = "letter" / "letter",
        /// Answer in an application form.
        Answer = "answer" / "answer",
        /// Identity document.
        IdentityDocument = "identity_document" / "identity document",
        /// Record of the employer.
        HrRecord = "hr_record" / "HR record",
        /// Tax form.
        TaxForm = "tax_form" / "tax form",
        /// Bank or payout account.
        BankAccount = "bank_account" / "payout account record",
        /// Profile on a platform.
        Profile = "profile" / "profile",
        /// Photo.
        Photo = "photo" / "photo",
        /// Portfolio site.
        Portfolio = "portfolio" / "portfolio",
        /// Reference.
        Reference = "reference" / "reference",
        /// Proposal to a client.
        Proposal = "proposal" / "proposal",
        /// Text of a profile.
        Bio = "bio" / "profile text",
        /// Message. Texts of messages are read only when the policy switches it on.
        Message = "message" / "message",
        /// Site or record of a company.
        Company = "company" / "company record",
        /// Answer of a credit bureau.
        CreditFile = "credit_file" / "credit file",
        /// Answer of a look-up of a telephone number.
        PhoneLookup = "phone_lookup" / "telephone look-up",
        /// Answer of a look-up of a domain.
        DomainLookup = "domain_lookup" / "domain look-up",
        /// Answer of a look-up of an address.
        AddressLookup = "address_lookup" / "address look-up",
        /// Answer of a look-up of an employer.
        EmployerLookup = "employer_lookup" / "employer look-up",
        /// Contract.
        Contract = "contract" / "contract",
        /// Answers of people who spoke with the person.
        Checklist = "checklist" / "checklist",
    }
}

vocabulary! {
    /// How two persons, or a person and a firm, are related.
    RelKind {
        /// `a` referred `b`.
        Referred = "referred" / "referred",
        /// `a` vouched for `b`.
        Vouched = "vouched" / "vouched for",
        /// Both commit to one repository of one of them.
        CommitsWith = "commits_with" / "commits with",
        /// `a` follows or stars `b`.
        Follows = "follows" / "follows",
        /// They share something that the source does not name further.
        Shares = "shares" / "shares with",
        /// `a` is paid by `b`.
        PaidBy = "paid_by" / "paid by",
        /// A parcel for `a` goes to `b`.
        ShipsTo = "ships_to" / "ships to",
        /// `a` works through the staffing firm `b`.
        StaffedBy = "staffed_by" / "staffed by",
        /// `a` is a client of `b`.
        ClientOf = "client_of" / "client of",
        /// Two accounts that are openly one person.
        SamePerson = "same_person" / "openly the same person",
        /// Two persons who openly are one household.
        Household = "household" / "openly one household",
    }
}

vocabulary! {
    /// The name of a fact in an event or document.
    Field {
        /// Country of what the record is about: the residence stated, the place of a log-in.
        Country = "country" / "country",
        /// City.
        City = "city" / "city",
        /// Latitude in degrees.
        Lat = "lat" / "latitude",
        /// Longitude in degrees.
        Lon = "lon" / "longitude",
        /// Number of the autonomous system.
        Asn = "asn" / "autonomous system",
        /// Organisation that holds the address.
        Org = "org" / "network owner",
        /// Class of the network: `residential`, `mobile`, `vpn`, `proxy`, `datacentre`, `vps`, `residential_proxy`, `office`.
        Network = "network" / "class of network",
        /// Session.
        Session = "session" / "session",
        /// When it ended.
        End = "end" / "end",
        /// Whether the device is managed by the company: `yes`, `no`.
        Managed = "managed" / "managed device",
        /// Program.
        Software = "software" / "program",
        /// Version.
        Version = "version" / "version",
        /// USB device, EDID or mDNS name. Of serial numbers in it the last four characters are kept.
        Usb = "usb" / "USB device",
        /// Port.
        Port = "port" / "port",
        /// Title of a page or job.
        Title = "title" / "title",
        /// Tracking number.
        Tracking = "tracking" / "tracking number",
        /// Delivery address.
        ShipTo = "ship_to" / "delivery address",
        /// Who signed.
        SignedBy = "signed_by" / "signed by",
        /// Payout account. Kept as keyed hash.
        Payee = "payee" / "payout account",
        /// Payout account before a change. Kept as keyed hash.
        PayeeFrom = "payee_from" / "payout account before",
        /// Payout account after a change. Kept as keyed hash.
        PayeeTo = "payee_to" / "payout account after",
        /// Holder of the account.
        Holder = "holder" / "account holder",
        /// Amount.
        Amount = "amount" / "amount",
        /// Currency.
        Currency = "currency" / "currency",
        /// Country of the bank.
        BankCountry = "bank_country" / "country of the bank",
        /// Wallet.
        Wallet = "wallet" / "wallet",
        /// The other side of a transfer.
        Counterparty = "counterparty" / "counterparty",
        /// Repository.
        Repo = "repo" / "repository",
        /// Name.
        Name = "name" / "name",
        /// E-mail address.
        Email = "email" / "e-mail address",
        /// Hash of a commit.
        Sha = "sha" / "commit",
        /// Whether the repository is a fork: `yes`, `no`.
        Fork = "fork" / "fork",
        /// Whether it was merged: `yes`, `no`.
        Merged = "merged" / "merged",
        /// Result: `pass`, `fail`, `abandoned`.
        Result = "result" / "result",
        /// Vendor.
        Vendor = "vendor" / "vendor",
        /// Before.
        From = "from" / "from",
        /// After.
        To = "to" / "to",
        /// What was changed.
        What = "what" / "what",
        /// Client.
        Client = "client" / "client",
        /// Score of a rating, 0 to 5.
        Score = "score" / "score",
        /// Whether the camera was on: `yes`, `no`.
        Camera = "camera" / "camera",
        /// Time zone of the browser or device.
        Tz = "tz" / "time zone",
        /// Host that was asked for.
        Host = "host" / "host",
        /// Application.
        App = "app" / "application",
        /// User agent.
        Agent = "agent" / "user agent",
        /// Job.
        Job = "job" / "job",
        /// Telephone number.
        Phone = "phone" / "telephone number",
        /// Address.
        Address = "address" / "address",
        /// Country that issued the document.
        IssuingCountry = "issuing_country" / "country of issue",
        /// When it was issued.
        Issued = "issued" / "issued",
        /// When it expires.
        Expires = "expires" / "expires",
        /// Number of the document. Kept as keyed hash.
        Number = "number" / "number",
        /// Whether the machine readable zone agrees with its check digits and the printed fields: `ok`, `bad`; or the zone, of which the
        /// numbers are not kept.
        Mrz = "mrz" / "machine readable zone",
        /// When the file was made.
        Created = "created" / "made",
        /// When the file was changed.
        Modified = "modified" / "changed",
        /// Author.
        Author = "author" / "author",
        /// Company.
        Company = "company" / "company",
        /// Program that made the file.
        Producer = "producer" / "made with",
        /// Latitude in the metadata of a photo.
        GpsLat = "gps_lat" / "latitude of the photo",
        /// Longitude in the metadata of a photo.
        GpsLon = "gps_lon" / "longitude of the photo",
        /// Perceptual hash of the whole picture.
        ImageHash = "image_hash" / "picture",
        /// Perceptual hash of the background: the picture without its middle.
        BaseHash = "base_hash" / "picture base",
        /// Employer.
        Employer = "employer" / "employer",
        /// School.
        School = "school" / "school",
        /// Degree.
        Degree = "degree" / "degree",
        /// Role.
        Role = "role" / "role",
        /// Number of unrelated skills.
        Skills = "skills" / "skills",
        /// Years of experience.
        Years = "years" / "years of experience",
        /// Followers.
        Followers = "followers" / "followers",
        /// Followed.
        Following = "following" / "following",
        /// Repositories.
        Repos = "repos" / "repositories",
        /// Connections.
        Connections = "connections" / "connections",
        /// Bids.
        Bids = "bids" / "bids",
        /// Bids won.
        Wins = "wins" / "bids won",
        /// Pay asked or accepted.
        Offer = "offer" / "pay accepted",
        /// Pay usual for the post.
        Benchmark = "benchmark" / "usual pay",
        /// Type of the line: `mobile`, `landline`, `voip`, `invalid`.
        LineType = "line_type" / "type of line",
        /// When a domain, firm or credit file came into being.
        Registered = "registered" / "registered",
        /// Domain.
        Domain = "domain" / "domain",
        /// Class of the profile picture: `photo`, `generated`, `cartoon`, `none`.
        Avatar = "avatar" / "profile picture",
        /// State of a link: `ok`, `dead`, `other_person`.
        LinkState = "link_state" / "state of the link",
        /// Whether it was confirmed by an independent way: `yes`, `no`.
        Verified = "verified" / "confirmed independently",
        /// Class of an address: `residential`, `forwarder`, `mailbox`, `coworking`, `hotel`, `vacant`, `business`.
        AddressClass = "address_class" / "class of the address",
        /// A fact that somebody marked, by its word (`refused_handover`, `unnamed_staffing`).
        Flag = "flag" / "marked",
        /// Answer to a question of the checklist; the question is in `what`.
        Answer = "answer" / "answer",
        /// Number of something, as of repositories cloned at once.
        Count = "count" / "count",
    }
}

impl Field {
    /// Whether the fact is a country. Such a fact is only ever compared with another statement of the same person.
    #[must_use]
    pub const fn is_country(self) -> bool {
        matches!(self, Self::Country | Self::IssuingCountry | Self::BankCountry)
    }

    /// Under which kind the fact is kept as keyed hash; `None` for facts that are kept as they are.
    #[must_use]
    pub const fn keyed_as(self) -> Option<IdKind> {
        match self {
            Self::Payee | Self::PayeeFrom | Self::PayeeTo => Some(IdKind::Payee),
            Self::Number => Some(IdKind::Doc),
            _ => None,
        }
    }
}
