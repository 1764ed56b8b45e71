//! How often things occur among honest people: one table, each rate with where it comes from. The rates are those of people, in ten thousand,
//! unless a line says otherwise. All name groups have the same rates, but for migrants (`names.rs`). "Assumed" means that no source was found
//! that fits; such a rate is chosen to be rather too high than too low, because confounders are what this world is for. Published figures are cited
//! from general knowledge and were not read again: they give the order of size and are no quotation.

/// How often each thing occurs, in ten thousand people.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rates {
    /// Ring members. Assumed: the order that vendors report of remote technical applicants is higher; a customer's whole file is mostly not that.
    pub(crate) ring: u32,
    /// Lone misrepresenters without links (false place of living, another's account, two full jobs). Assumed.
    pub(crate) single: u32,

    /// Couples at one address: share of people. OECD family statistics have over half of adults in couples; here only those where both are in
    /// one file matter, hence far fewer. Assumed.
    pub(crate) couple: u32,
    /// Of couples, those with one joint bank account. Surveys in the US and the UK find a half to two thirds; both paid into it is rarer.
    pub(crate) joint_account: u32,
    /// Twins in one file. About 3 % of people are twins (Monden et al. 2021: 12 twin births of 1,000); both in one file is rare. Assumed.
    pub(crate) twin: u32,
    /// People of a flat-share where several are in one file. Assumed.
    pub(crate) flat_share: u32,
    /// Families (parents, grown children, siblings) in one file. Assumed.
    pub(crate) family: u32,
    /// Of families, those where one account receives all pay. Common where few have accounts (World Bank Findex: a quarter of adults have none).
    pub(crate) family_payee: u32,
    /// Of families, those who share one telephone. Assumed after GSMA reports on shared handsets.
    pub(crate) family_phone: u32,
    /// Accounts of people who openly have two (returned to a firm, or one as freelancer and one as agency). Assumed.
    pub(crate) two_accounts: u32,
    /// People who bought or sold a computer to another in the file; years apart. Assumed.
    pub(crate) resale: u32,
    /// People in dormitories, hostels and workers' residences with one connection. Assumed.
    pub(crate) dormitory: u32,

    /// Work through an agency that says so (`staffed_by`), with one payee, telephone and CV form. US BLS 2023: 0.6 % temporary help, 1 % contract firms;
    /// higher in IT.
    pub(crate) agency: u32,
    /// Work in a shared office or co-working space. Assumed.
    pub(crate) coworking: u32,
    /// Work in an employer's office with one address for all. Assumed; the worlds are of remote work.
    pub(crate) office: u32,
    /// Log in from cafés, libraries and trains now and then. Assumed.
    pub(crate) cafe: u32,
    /// Applications that carry a recruiter's telephone or address. Assumed.
    pub(crate) recruiter: u32,
    /// Parcels through a forwarder or parcel shop, by people in remote countries and those who are never at home. Assumed.
    pub(crate) forwarder: u32,

    /// Use a consumer VPN most days. Surveys give 15 to 30 % who "use a VPN"; logs at work show far less.
    pub(crate) vpn: u32,
    /// Of those, always on, for safety (threatened people, journalists, people in censored networks). Assumed.
    pub(crate) vpn_always: u32,
    /// Of those, with several countries a day by toggling, so that travel looks impossible. Assumed.
    pub(crate) vpn_toggle: u32,
    /// Log in through a mobile carrier's shared address part of the time. Assumed; most carriers use such addresses (Richter et al. 2016).
    pub(crate) mobile: u32,
    /// Homes whose IPv4 address was another's before. Assumed after studies of dynamic addresses (Padmanabhan et al. 2016).
    pub(crate) reused_ip: u32,

    /// Migrants who visit their old country within the window and log in from there. Assumed.
    pub(crate) home_visit: u32,
    /// Others who travel with their computer. Assumed.
    pub(crate) trip: u32,
    /// Work at night by habit. Chronotype studies: about one in twelve is extremely late.
    pub(crate) night_owl: u32,
    /// Work the hours of a client elsewhere. Assumed; usual in outsourcing.
    pub(crate) client_hours: u32,

    /// Take a ready CV paragraph of a website or a language model, the same as thousands of others. Assumed.
    pub(crate) boilerplate_cv: u32,
    /// Write letters and answers with a language model, with its stock paragraphs. Surveys of 2024 and 2025 give 30 to 50 %.
    pub(crate) ai_letter: u32,
    /// A ready portfolio theme whose files are the same for all its users. Assumed.
    pub(crate) theme: u32,
    /// Show a default avatar or a stock picture. Assumed.
    pub(crate) stock_photo: u32,
    /// Have CV files whose author is a program's default or a CV writer's name. Assumed.
    pub(crate) default_author: u32,
    /// Have commits under several addresses of their own. Common in open source (Wiese et al. 2016).
    pub(crate) several_emails: u32,
    /// Had a name before (marriage and others) that papers still show. Assumed; about 1 % of adults marry a year, most of the women change.
    pub(crate) name_change: u32,
    /// Have papers in another romanisation. Assumed.
    pub(crate) transliteration: u32,
    /// Have a typing error in a number or a name. Data-entry studies give 0.5 to 3 % of fields.
    pub(crate) typo: u32,
    /// Have an account that slept for over two years and woke. Assumed.
    pub(crate) sleeper: u32,
    /// Have remote-access tools for honest reasons: IT support, helping parents, a machine at the office. Assumed.
    pub(crate) remote_tool: u32,
    /// Changed the bank account within a year. Current Account Switch Service (UK): about 2 % a year switch formally; more change otherwise.
    pub(crate) payee_change: u32,
    /// Asked for crypto pay, openly. FLAME's baseline has under 1 %; payroll firms report up to 2–5 % of contractors.
    pub(crate) crypto_pay: u32,
    /// Use a telephone number over the Internet. Assumed.
    pub(crate) voip: u32,
    /// Moved house within the last year, with the old address in some papers. US Census: about 9 to 13 % a year.
    pub(crate) mover: u32,
    /// Were referred by a friend who is in the file. Surveys of employers: up to a third of hires; most friends are in another file.
    pub(crate) referred: u32,
    /// Came from one school to one employer with others. Assumed.
    pub(crate) cohort: u32,
    /// Contribute to open source together with another in the file. Assumed.
    pub(crate) open_source: u32,
    /// Of couples, twins and families, those who use one e-mail address of a relative for recovery. Assumed.
    pub(crate) relatives_mail: u32,
    /// Name a referee whom others of the same former employer name too. Assumed.
    pub(crate) common_reference: u32,
    /// Have a placeholder where a number was asked for (`000000000`, a vendor's default serial, a masked MAC address). Assumed; no table is without.
    pub(crate) placeholder: u32,
    /// Have a browser whose fingerprint many others have, as those of one model and version do. Assumed after studies of fingerprints in the
    /// large, where a third and less are unique (Gómez-Boix et al. 2018).
    pub(crate) common_fingerprint: u32,
    /// Of those with a ready theme, those who left the theme's own analytics id in. Assumed.
    pub(crate) theme_analytics: u32,
    /// Have commits that a colleague made on their machine, or the other way round. Assumed.
    pub(crate) pair_commit: u32,
    /// Moved to another country within the year, with a new computer and another clock. Assumed.
    pub(crate) relocated: u32,
    /// Of families and couples, those who use one computer. Assumed.
    pub(crate) family_device: u32,
    /// Of people paid in crypto, those who give an exchange's deposit address that it has for many customers. Assumed.
    pub(crate) exchange_wallet: u32,
    /// Keep the camera off. Assumed.
    pub(crate) camera_off: u32,
}

/// The rates of the world.
pub(crate) const RATES: Rates = Rates {
    ring: 75,
    single: 30,
    couple: 700,
    joint_account: 5_000,
    twin: 30,
    flat_share: 600,
    family: 400,
    family_payee: 1_500,
    family_phone: 2_000,
    two_accounts: 100,
    resale: 100,
    dormitory: 150,
    agency: 250,
    coworking: 400,
    office: 1_500,
    cafe: 1_200,
    recruiter: 300,
    forwarder: 150,
    vpn: 900,
    vpn_always: 1_500,
    vpn_toggle: 1_000,
    mobile: 4_500,
    reused_ip: 50,
    home_visit: 5_000,
    trip: 1_500,
    night_owl: 600,
    client_hours: 400,
    boilerplate_cv: 2_000,
    ai_letter: 3_500,
    theme: 5_000,
    stock_photo: 300,
    default_author: 3_500,
    several_emails: 3_000,
    name_change: 200,
    transliteration: 250,
    typo: 100,
    sleeper: 80,
    remote_tool: 500,
    payee_change: 600,
    crypto_pay: 150,
    voip: 600,
    mover: 900,
    referred: 800,
    cohort: 300,
    open_source: 400,
    relatives_mail: 1_500,
    common_reference: 600,
    placeholder: 100,
    common_fingerprint: 150,
    theme_analytics: 500,
    pair_commit: 50,
    relocated: 60,
    family_device: 700,
    exchange_wallet: 1_000,
    camera_off: 400,
};
