//! Hosts that imitate Salesforce. Advice for a person, shown when the app is opened; never a block.
//!
//! It runs as a tool (`lookalike` in [`crate::tools`]), since the tables of letters are heavy. Every hint has a weight:
//! how likely an imitation is (percent) when nothing else is known. Hints add up as independent ones do,
//! `100 − Π(100 − weight)`. From [`WARN`] on the person is warned.
//!
//! The brand in a name is no imitation by itself: honest blogs, events and consultants carry it. It takes a second hint
//! (a log-in word, the log-in form) to warn of it.

use serde::{Deserialize, Serialize};

use crate::recognise::confusable::{decoded, mixes_scripts, one_letter_apart, plain};
use crate::recognise::host::{Host, is_owned};
use crate::wire::json;
use crate::wire::messages::PageFacts;

/// The score from which on a person is warned.
pub const WARN: u32 = 50;

/// What the tool is asked.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Question {
    /// Scheme, user part, host and port of the page in front; nothing behind them, which can hold secrets.
    pub address: String,
    /// Hosts on which the person's accounts were seen; their My Domain names are known to him.
    pub hosts: Vec<String>,
    /// The page as the browser's `scripting.executeScript` gave it: JSON of one object, whose `result` is a
    /// [`PageFacts`]. Empty if the page could not be looked at.
    pub look: String,
}

/// What the tool answers.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Answer {
    /// 0 to 100.
    pub score: u32,
    /// Codes of the reasons, the weightiest first; none below [`WARN`].
    pub reasons: Vec<String>,
}

/// Why a host looks like an imitation (`lookalike_<code>` in `_locales`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reason {
    /// A name of Salesforce stands before an `@`: the page is of the host behind it.
    NameBeforeAt,
    /// A whole name of Salesforce inside another: `login.salesforce.com.evil.example`.
    OwnedNameInside,
    /// Letters of another alphabet, or with accents, that pass for Latin ones.
    ForeignLetters,
    /// Digits that pass for letters: `sa1esf0rce`.
    DigitsForLetters,
    /// Begins as Salesforce's names do and ends otherwise: `salesforce.co`, `acme.my.salesforce.example`.
    WrongEnding,
    /// One letter away: `saleforce.com`, `acme.lightningforce.com`.
    OneLetterOff,
    /// A known My Domain name where an org's name stands: `acme.my.example`.
    OrgInName,
    /// The brand together with a log-in word: `salesforce-login.example`.
    LoginWord,
    /// Salesforce's log-in form on a foreign host.
    LoginForm,
    /// Letters of several alphabets in one word of the name.
    MixedScripts,
    /// A log-in form at a number instead of a name.
    BareAddress,
    /// The brand is part of the name.
    BrandInName,
}

impl Reason {
    /// The stable code.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::NameBeforeAt => "name_before_at",
            Self::OwnedNameInside => "owned_name_inside",
            Self::ForeignLetters => "foreign_letters",
            Self::DigitsForLetters => "digits_for_letters",
            Self::WrongEnding => "wrong_ending",
            Self::OneLetterOff => "one_letter_off",
            Self::OrgInName => "org_in_name",
            Self::LoginWord => "login_word",
            Self::LoginForm => "login_form",
            Self::MixedScripts => "mixed_scripts",
            Self::BareAddress => "bare_address",
            Self::BrandInName => "brand_in_name",
        }
    }
}

/// What was found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Judgement {
    /// 0 to 100.
    pub score: u32,
    /// All hints, the weightiest first.
    pub reasons: Vec<Reason>,
}

impl Judgement {
    /// Is the person warned?
    #[must_use]
    pub fn warns(&self) -> bool {
        self.score >= WARN
    }

    fn of(mut hints: Hints) -> Self {
        hints.sort_by_key(|&(weight, reason)| (u32::MAX - weight, reason));
        Self {
            score: sum(&hints),
            reasons: hints.into_iter().map(|(_, reason)| reason).collect(),
        }
    }
}

impl Question {
    /// Names of the marks that a person can see on the page.
    fn marks(&self) -> Vec<String> {
        #[derive(Deserialize)]
        struct Looked {
            result: PageFacts,
        }
        let looked: Vec<Looked> = json::from_str(&self.look).unwrap_or_default();
        let marks = looked.into_iter().flat_map(|looked| looked.result.marks);
        marks
            .filter(|(_, mark)| mark.seen)
            .map(|(name, _)| name)
            .collect()
    }
}

/// The tool: a [`Question`] in, an [`Answer`] out.
#[must_use]
pub fn answer(input: &str) -> Option<String> {
    let judgement = judge(&json::from_str(input).ok()?);
    let reasons = if judgement.warns() {
        judgement.reasons
    } else {
        vec![]
    };
    let answer = Answer {
        score: judgement.score,
        reasons: reasons
            .into_iter()
            .map(|reason| reason.code().to_owned())
            .collect(),
    };
    serde_json::to_string(&answer).ok()
}

/// How much does the page in front imitate Salesforce, and by what?
///
/// Nothing at all for Salesforce's own domains, whatever the port, and for pages without a host.
#[must_use]
pub fn judge(question: &Question) -> Judgement {
    let Some((user, host)) = parts(&question.address) else {
        return Judgement::default();
    };
    if is_owned(&host) || is_honest(&host) {
        return Judgement::default();
    }
    let orgs: Vec<String> = question
        .hosts
        .iter()
        .filter_map(|host| Host::recognise(host)?.my_domain().map(str::to_owned))
        .collect();
    let mut hints = hints_of_letters(&host, &orgs);
    let user = plain(user);
    if INSIDE.iter().any(|name| user.contains(name)) || user.contains(BRAND) {
        hints.push((95, Reason::NameBeforeAt));
    }
    if let Some(weight) = form(&question.marks()) {
        hints.push((weight, Reason::LoginForm));
        let is_number = |label: &str| label.bytes().all(|b| b.is_ascii_digit());
        if host.starts_with('[') || host.split('.').all(is_number) {
            hints.push((30, Reason::BareAddress));
        }
    }
    Judgement::of(hints)
}

// --- the hints ----------------------------------------------------------------------------------------------------

type Hint = (u32, Reason);
type Hints = Vec<Hint>;

/// The brand, as it is written in names.
const BRAND: &str = "salesforce";
/// The brand in the other ways in which names spell it.
const BRANDS: &[&str] = &[BRAND, "sales-force", "sfdc"];

/// Whole names of Salesforce that mean nothing else. (`database.com` and `lightning.com` could.)
const INSIDE: &[&str] = &[
    "salesforce.com",
    "force.com",
    "visualforce.com",
    "cloudforce.com",
    "salesforce-setup.com",
    "salesforce-sites.com",
    "salesforce-experience.com",
    "my.site.com",
    "sfcrmproducts.cn",
    "sfcrmapps.cn",
    "salesforce.mil",
    "crmforce.mil",
];

/// The same with its dots written as hyphens, or left out.
const RESPELLED: &[&str] = &["salesforce-com", "lightning-force-com", "salesforcecom"];

/// What stands before the ending in Salesforce's names, and is nobody else's brand.
const BARE: &[&str] = &[
    BRAND,
    "my-salesforce",
    "salesforce-setup",
    "salesforce-sites",
    "salesforce-experience",
    "salesforceliveagent",
    "sfcrmproducts",
    "sfcrmapps",
];

/// Two labels that follow each other in Salesforce's names only.
const PAIRS: &[[&str; 2]] = &[
    ["login", BRAND],
    ["test", BRAND],
    ["welcome", BRAND],
    ["my", BRAND],
    ["my", "salesforce-setup"],
    ["my", "salesforce-sites"],
    ["lightning", "force"],
];

/// Partitions that stand between an org's name and what follows it.
const PARTITIONS: &[&str] = &["sandbox", "develop", "scratch", "demo", "trailblaze"];

/// Words of a log-in, as parts of a name.
const LOGIN_WORDS: &[&str] = &[
    "login", "logon", "signin", "signon", "sso", "mfa", "auth", "secure", "verify", "password",
    "reset", "token",
];
/// Those that are long enough to be found in a longer word (`loginportal`, `verification`).
const LOGIN_STEMS: &[&str] = &["login", "logon", "verif", "passw", "secure"];

/// Names that are spelled almost like the brand and are somebody's honest own.
const OTHER_WORDS: &[&str] = &["salesforge", "sales-force", "forge"];

/// Domains that show Salesforce's names for a good reason: its foundation, and services that wrap any site for a company
/// or a reader, under names that nobody else can register.
const HONEST: &[&str] = &["salesforce.org", "mcas.ms", "cas.ms", "translate.goog"];

/// The hints of a host as it is written, or as its letters look, whichever tell more.
fn hints_of_letters(host: &str, orgs: &[String]) -> Hints {
    let written: Vec<String> = host.split('.').map(decoded).collect();
    let seen: Vec<String> = written.iter().map(|label| plain(label)).collect();
    let hints = hints_of_name(&written, orgs);
    if written == seen {
        return hints;
    }
    let foreign = !written.concat().is_ascii();
    // `salesforce1`, `salesforce.team5`: digits beside the brand stand for themselves.
    if !foreign && written.iter().any(|label| label.contains(BRAND)) {
        return hints;
    }
    let mut as_seen = vec![];
    if !is_owned(&seen.join(".")) {
        // Digits are ordinary in an org's name, and letters with accents in everybody's: by themselves they are no trick.
        let orgs: Vec<String> = orgs.iter().map(|org| plain(org)).collect();
        as_seen = hints_of_name(&seen, if foreign { &orgs } else { &[] });
        as_seen.retain(|&hint| hint != BARE_ORG);
        if as_seen.iter().all(|hint| hints.contains(hint)) {
            return hints;
        }
    }
    as_seen.push(if foreign {
        (90, Reason::ForeignLetters)
    } else {
        (75, Reason::DigitsForLetters)
    });
    if written.iter().any(|label| mixes_scripts(label)) {
        as_seen.push((30, Reason::MixedScripts));
    }
    as_seen
}

/// The one weightiest hint of the brand, and that of a known org.
fn hints_of_name(labels: &[String], orgs: &[String]) -> Hints {
    let front: Vec<&str> = labels
        .iter()
        .take(labels.len().saturating_sub(ending(labels)))
        .map(String::as_str)
        .collect();
    let brand = owned_inside(&front)
        .or_else(|| wrong_ending(&front))
        .or_else(|| one_letter_off(&front))
        .or_else(|| login_word(&front))
        .or_else(|| brand_in_name(&front));
    let org = orgs
        .iter()
        .filter_map(|org| org_in_name(&front, org, brand.is_some()))
        .max();
    brand.into_iter().chain(org).collect()
}

fn owned_inside(front: &[&str]) -> Option<Hint> {
    let name = front.join(".");
    let whole = INSIDE.iter().any(|owned| {
        // `evilsalesforce.com.example` is as bad as `salesforce.com.example`; `workforce.com.example` is not.
        let anywhere = owned.starts_with(BRAND);
        name.match_indices(owned)
            .any(|(at, _)| (anywhere || starts_word(&name, at)) && ends_word(&name, at, owned))
    });
    let respelled = || {
        RESPELLED.iter().any(|owned| {
            name.match_indices(owned)
                .any(|(at, _)| ends_word(&name, at, owned))
        })
    };
    if whole {
        Some((90, Reason::OwnedNameInside))
    } else {
        respelled().then_some((80, Reason::OwnedNameInside))
    }
}

fn wrong_ending(front: &[&str]) -> Option<Hint> {
    let bare = front.last().is_some_and(|label| BARE.contains(label));
    let pair = || {
        front
            .windows(2)
            .any(|pair| PAIRS.iter().any(|[a, b]| pair == [*a, *b]))
    };
    (bare || pair()).then_some((65, Reason::WrongEnding))
}

fn one_letter_off(front: &[&str]) -> Option<Hint> {
    let word = |word: &str| {
        one_letter_apart(word, BRAND)
            && !OTHER_WORDS.contains(&word)
            // `salesforce1`, `salesforce-`: the brand and something else.
            && !word.trim_matches(|c: char| !c.is_alphabetic()).eq(BRAND)
    };
    let label = |label: &&str| {
        let core = without_affixes(label);
        word(label) || word(core) || word(&core.replace('-', "")) || label.split('-').any(word)
    };
    // `acme.lightnin.force.example`, `acme.lightningforce.com`.
    let is_word =
        |word: &str| word.chars().all(char::is_alphabetic) && !OTHER_WORDS.contains(&word);
    let pair = |pair: &[&str]| match pair {
        [a, "force"] => is_word(a) && one_letter_apart(a, "lightning"),
        ["lightning", b] => is_word(b) && one_letter_apart(b, "force"),
        [org, "lightningforce" | "lightning-force"] => *org != "www",
        _ => false,
    };
    (front.iter().any(label) || front.windows(2).any(pair)).then_some((60, Reason::OneLetterOff))
}

fn login_word(front: &[&str]) -> Option<Hint> {
    let of_login = |part: &str| {
        LOGIN_WORDS.contains(&part)
            || LOGIN_STEMS
                .iter()
                .any(|stem| part.starts_with(stem) || part.ends_with(stem))
    };
    let label = |label: &&str| {
        let Some(parts) = around_brand(label) else {
            return false;
        };
        parts.iter().any(|part| of_login(part))
            || label.contains("sign-in")
            // `mysalesforce`, but not `my-salesforce-journey`.
            || (!parts.is_empty() && parts.iter().all(|part| *part == "my"))
    };
    let alone = front.contains(&BRAND) && front.iter().any(|label| label.split('-').any(of_login));
    (alone || front.iter().any(label)).then_some((55, Reason::LoginWord))
}

fn brand_in_name(front: &[&str]) -> Option<Hint> {
    front
        .iter()
        .any(|label| around_brand(label).is_some())
        .then_some((25, Reason::BrandInName))
}

/// An org's name where any name may stand: mostly its own site, or its account with some other service.
const BARE_ORG: Hint = (15, Reason::OrgInName);

/// A known org's name; `brand`: beside the brand.
fn org_in_name(front: &[&str], org: &str, brand: bool) -> Option<Hint> {
    let sandbox = |label: &str| label.split_once("--").is_some_and(|(name, _)| name == org);
    let placed = |labels: &[&str]| match labels {
        [name, "lightning" | "vf"] => *name == org || sandbox(name),
        [name, "my" | "sandbox"] => sandbox(name),
        [name, partition, "my"] => *name == org && PARTITIONS.contains(partition),
        _ => false,
    };
    // Other services name their customers so, too: `acme.my.example` weighs less.
    let mine = |pair: &[&str]| matches!(pair, [name, "my"] if *name == org);
    let joined = |label: &&str| {
        let rest = label.strip_prefix(org);
        rest.is_some_and(|rest| rest.starts_with("-my-") || rest.starts_with("-lightning-"))
    };
    let named = |label: &&str| {
        *label == org
            || sandbox(label)
            || (org.len() > 2 && format!("-{label}-").contains(&format!("-{org}-")))
    };
    // `salesforce.acme.example` is as likely the org's own domain.
    let own = front.last().is_some_and(|label| *label == org);
    let weight = if front.windows(2).any(placed) || front.windows(3).any(placed) {
        60
    } else if front.windows(2).any(mine) || front.iter().any(joined) {
        45
    } else if !front.iter().any(named) {
        return None;
    } else if brand && !own {
        40
    } else {
        return Some(BARE_ORG);
    };
    Some((weight, Reason::OrgInName))
}

/// Parts that only Salesforce's own form has, by their names in the page agent's table (`extension/page/facts.js`).
pub const FORM: &[&str] = &[
    "rememberUn",
    "forgot",
    "chooser",
    "identity",
    "newIdentity",
    "clearIdentity",
    "sso",
];

/// How surely is this Salesforce's log-in form? The three ids alone are ordinary; with one of its other parts they are not.
fn form(marks: &[String]) -> Option<u32> {
    let seen = |name: &str| marks.iter().any(|mark| mark == name);
    if !seen("login") || !(seen("username") || seen("password")) {
        None
    } else if FORM.iter().any(|name| seen(name)) {
        Some(65)
    } else {
        (seen("username") && seen("password")).then_some(35)
    }
}

// --- parts of names -----------------------------------------------------------------------------------------------

/// User part and host of a web address; the host in small letters, without port and trailing dot.
fn parts(address: &str) -> Option<(&str, String)> {
    let (scheme, rest) = address.split_once("://")?;
    if !matches!(scheme, "https" | "http") {
        return None;
    }
    let authority = rest.split(['/', '?', '#', '\\']).next()?;
    let (user, host) = authority.rsplit_once('@').unwrap_or(("", authority));
    let end = if host.starts_with('[') { ']' } else { ':' };
    let host = host.split(end).next()?.trim_end_matches('.');
    (!host.is_empty()).then(|| (user, host.to_lowercase()))
}

/// Whoever can get a name there does not imitate anybody. (`.mil` and `.gov` are given to their owners only.)
fn is_honest(host: &str) -> bool {
    let below = |domain: &str| {
        host.strip_suffix(domain)
            .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    };
    HONEST.iter().any(|domain| below(domain)) || below("mil") || below("gov")
}

/// How many of the last labels a registry owns: `com`, `co.uk`.
fn ending(labels: &[String]) -> usize {
    const SECOND: &[&str] = &[
        "co", "com", "net", "org", "gov", "edu", "ac", "or", "ne", "go", "gob",
    ];
    match labels {
        [_, .., second, last] if last.len() == 2 && SECOND.contains(&second.as_str()) => 2,
        [_, _, ..] => 1,
        _ => 0,
    }
}

/// What stands around the brand in a label, split at hyphens, without digits; `None` without the brand.
fn around_brand(label: &str) -> Option<Vec<&str>> {
    let is_separate =
        |brand: &&&str| **brand != "sfdc" || label.split('-').any(|part| part == **brand);
    let brand = BRANDS
        .iter()
        .filter(is_separate)
        .find(|brand| label.contains(**brand))?;
    let parts = label
        .split(brand)
        .flat_map(|part| part.split('-'))
        .map(|part| part.trim_matches(|c: char| c.is_ascii_digit()))
        .filter(|part| !part.is_empty());
    Some(parts.collect())
}

/// A label without the log-in words, digits and hyphens at its ends.
fn without_affixes(label: &str) -> &str {
    let mut rest = label;
    loop {
        let before = rest;
        rest = rest.trim_matches(|c: char| c == '-' || c.is_ascii_digit());
        for word in LOGIN_WORDS.iter().chain(&["my", "com", "www", "crm"]) {
            rest = rest.strip_prefix(word).unwrap_or(rest);
            rest = rest.strip_suffix(word).unwrap_or(rest);
        }
        if rest == before {
            return rest;
        }
    }
}

fn starts_word(text: &str, at: usize) -> bool {
    text.get(..at)
        .is_some_and(|before| before.is_empty() || before.ends_with(['.', '-']))
}

fn ends_word(text: &str, at: usize, word: &str) -> bool {
    text.get(at + word.len()..)
        .is_some_and(|behind| behind.is_empty() || behind.starts_with(['.', '-']))
}

/// The sum of independent hints, in percent.
fn sum(hints: &[Hint]) -> u32 {
    let rest = hints
        .iter()
        .fold(10_000, |rest, (weight, _)| rest * (100 - weight) / 100);
    (10_000 - rest + 50) / 100
}
