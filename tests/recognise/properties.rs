//! What holds for any input.

use std::collections::BTreeMap;

use proptest::prelude::*;
use proptest::sample::{Index, select};
use token_keeper::recognise::capture::{Known, Source, judge};
use token_keeper::recognise::classify::{PageKind, classify};
use token_keeper::recognise::host::{Host, Origin, Purpose};
use token_keeper::recognise::markers::RULES;
use token_keeper::recognise::text::{clean, is_invisible, is_username, username_at_end};
use token_keeper::recognise::token::{self, Shape, shape};
use token_keeper::recognise::{code, lookalike, mail};
use token_keeper::wire::messages::{Mark, PageFacts, ShownText};

use crate::mails::Case;
use crate::names::marks_of_the_agent;

const TOKEN: &str = "Rk4vNq8ZtLw2XsBm7JhYcDpQe";
const USER: &str = "ada.byron@acme.example";
/// How many words of each kind are drawn.
const DRAWN: usize = 100_000;

fn mail(token: &str) -> String {
    format!(
        "Hello.\n\nUsername: {USER}\nSecurity token (case-sensitive): {token}\n\nhttps://help.salesforce.com/?id=user_security_token.htm"
    )
}

fn found(text: &str) -> Vec<(String, Option<String>, usize)> {
    let shown = ShownText {
        visible: text.to_owned(),
        full: text.to_owned(),
        cut: false,
    };
    judge(
        &Source::Webmail {
            sender: "support@salesforce.com",
        },
        &shown,
        &Known {
            expected: Some(USER),
            ..Known::default()
        },
    )
    .into_iter()
    .map(|found| (found.token, found.username, found.reasons.len()))
    .collect()
}

/// Text of any kind, text of the alphabet that matters here, and pieces of real mails.
fn any_text() -> impl Strategy<Value = String> {
    let piece = select(vec![
        TOKEN,
        USER,
        "Username: ",
        "：",
        "\n",
        "\t",
        " ",
        "@",
        ".",
        "://",
        "=",
        "\u{200B}",
        "\u{202E}",
        "です",
        "481516",
        "3MVG9",
        "'",
        "…",
        "\u{301}",
    ]);
    prop_oneof![
        any::<String>(),
        "(?s).{0,300}",
        "[A-Za-z0-9@.:='<>\\n \u{200B}\u{FF1A}]{0,300}",
        prop::collection::vec(piece, 0..30).prop_map(|pieces| pieces.concat()),
    ]
}

fn any_host() -> impl Strategy<Value = String> {
    let label = select(vec![
        "login",
        "test",
        "acme",
        "acme--dev",
        "sandbox",
        "my",
        "lightning",
        "vf",
        "salesforce",
        "force",
        "site",
        "com",
        "mil",
        "cn",
        "evil",
        "na12",
        "xn--a",
        "",
        "salesforce-setup",
        "cs",
    ]);
    prop_oneof![
        any::<String>(),
        "[a-z0-9.:@/-]{0,60}",
        prop::collection::vec(label, 0..7).prop_map(|labels| labels.join("."))
    ]
}

pub fn any_facts() -> impl Strategy<Value = PageFacts> {
    let paths = [
        "/",
        "/login",
        "/secur/forgotpassword.jsp",
        "/_ui/system/security/ResetApiTokenEdit",
        "/_ui/system/security/ResetApiTokenConfirm",
        "/_ui/system/security/ChangePassword",
        "/_ui/identity/verification/method/EmailVerificationFinishUi/e",
        "/_ui/identity/verification/method/X/e",
        "/_nc_external/identity/ui/login/ForgotPasswordInterstitial",
        "/_ui/identity/phone/AddPhoneNumber",
        "/msg/maintenance",
    ];
    let path = prop_oneof![
        select(paths.to_vec()).prop_map(str::to_owned),
        "/\\PC{0,80}"
    ];
    let names: Vec<String> = marks_of_the_agent().into_iter().collect();
    let mark =
        (0u32..3, any::<bool>(), any::<bool>(), any::<bool>()).prop_map(|(n, seen, on, full)| {
            Mark {
                n,
                seen: seen && n > 0,
                on,
                full,
            }
        });
    let marks = prop::collection::btree_map(select(names), mark, 0..10);
    (path, any::<bool>(), any::<bool>(), marks).prop_map(|(path, framed, settled, marks)| {
        PageFacts {
            path,
            framed,
            settled,
            marks,
            ..PageFacts::default()
        }
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_text_makes_it_panic(visible in any_text(), full in any_text(), cut: bool, sender in any_text()) {
        let cleaned = clean(&visible);
        prop_assert_eq!(&cleaned, &cleaned_slowly(&visible));
        prop_assert_eq!(&clean(&cleaned), &cleaned);
        if let Some(name) = username_at_end(&cleaned) {
            prop_assert!(is_username(&name), "{name}");
        }
        if let Some(found) = code::find(&cleaned) {
            prop_assert!(cleaned.contains(&found.code));
        }
        let believed = mail::is_salesforce_sender(&sender);
        prop_assert!(!believed || sender.to_ascii_lowercase().contains("salesforce.com"));
        let shown = ShownText { visible, full, cut };
        for source in [Source::ConfirmationPage, Source::Other, Source::Webmail { sender: &sender }] {
            for found in judge(&source, &shown, &Known::default()) {
                prop_assert!(shape(&found.token).is_some());
                // Whose token it is was not said by anybody, so a person always decides.
                prop_assert!(!found.reasons.is_empty());
            }
        }
    }

    #[test]
    fn no_host_makes_it_panic(name in any_host(), marks: bool) {
        let look = if marks { r#"[{"result":{"marks":{"login":{"seen":true},"username":{"seen":true},"forgot":{"seen":true}}}}]"# } else { "" };
        let looks = [&name, &format!("https://{name}"), &format!("https://{name}.")].map(|address| {
            lookalike::judge(&lookalike::Question { address: address.clone(), look: look.to_owned(), hosts: vec![name.clone()] })
        });
        let _ = (Origin::parse(&name), Origin::of_url(&name), Origin::of_url(&format!("https://{name}")), mail::provider_of(&name));
        if let Some(host) = Host::recognise(&name) {
            prop_assert!(looks.iter().all(|look| look.reasons.is_empty() && look.score == 0));
            prop_assert!(owned(&name), "{name}");
            prop_assert!(Host::recognise(&host.classic_host()).is_some());
        }
    }

    #[test]
    fn a_page_is_only_what_its_host_may_show(facts in any_facts(), host in select(vec![
        "login.salesforce.com", "acme.my.salesforce.com", "na12.salesforce.com", "acme.my.salesforce-setup.com", "acme.lightning.force.com",
        "acme.my.site.com", "help.salesforce.com", "acme--c.vf.force.com",
    ])) {
        let host = Host::recognise(host).unwrap();
        let seen = |mark: &str| facts.marks.get(mark).is_some_and(|mark| mark.seen);
        if let Ok(kind) = classify(&host, &facts) {
            match host.purpose {
                Purpose::Lightning | Purpose::Other => prop_assert!(false, "{kind:?}"),
                Purpose::Customer => prop_assert_eq!(kind, PageKind::SiteLogin),
                Purpose::Setup => prop_assert!(!kind.is_login()),
                Purpose::Login | Purpose::MyDomain | Purpose::Instance => prop_assert!(kind != PageKind::SiteLogin),
            }
            // What the guide presses or writes into is in sight, and a form to sign in is never taken for a reset.
            match kind {
                PageKind::TokenReset => prop_assert!(seen("resetButton") && !seen("login") && !seen("password")),
                PageKind::TokenDone => prop_assert!(!seen("login") && !seen("password") && !seen("error")),
                PageKind::NewPassword => prop_assert!(seen("newpassword") && seen("confirmpassword")),
                PageKind::ChangePasswordSettings => prop_assert!(seen("p5") && seen("p6")),
                PageKind::Forgot => prop_assert!(seen("un") && seen("continue")),
                PageKind::Interstitial => prop_assert!(seen("interstitialSave") && !seen("newpassword")),
                PageKind::LoginUsername => prop_assert!(seen("username") && seen("login") && facts.settled),
                _ => {}
            }
        }
    }

    /// Marks that no rule asks for change nothing.
    #[test]
    fn other_marks_do_not_matter(facts in any_facts()) {
        let host = Host::recognise("acme.my.salesforce.com").unwrap();
        let asked = |name: &String| RULES.iter().any(|rule| [rule.seen, rule.any, rule.unseen, rule.absent].concat().contains(&name.as_str()));
        let marks: BTreeMap<_, _> = facts.marks.iter().filter(|(name, _)| asked(name)).map(|(name, mark)| (name.clone(), *mark)).collect();
        let fewer = PageFacts { marks, ..facts.clone() };
        prop_assert_eq!(classify(&host, &facts).ok(), classify(&host, &fewer).ok());
    }

    #[test]
    fn invisible_characters_change_nothing(at in prop::collection::vec((any::<Index>(), select(INVISIBLE.to_vec())), 1..40)) {
        let mut letters: Vec<char> = mail(TOKEN).chars().collect();
        for (index, invisible) in at {
            letters.insert(index.index(letters.len() + 1), invisible);
        }
        let text: String = letters.into_iter().collect();
        prop_assert_eq!(found(&text), [(TOKEN.to_owned(), Some(USER.to_owned()), 0)]);
    }

    #[test]
    fn noise_around_a_mail_makes_no_other_token(before in noise(), after in noise(), apart: bool) {
        let between = if apart { "\n" } else { "" };
        let text = format!("{before}{between}{}{between}{after}", mail(TOKEN));
        let tokens: Vec<String> = found(&text).into_iter().map(|(token, ..)| token).collect();
        prop_assert_eq!(tokens, [TOKEN]);
    }

    #[test]
    fn an_origin_is_what_a_browser_writes(name in prop_oneof![any_host(), "[a-z0-9.A-Z:@/_-]{0,40}"], scheme in select(vec!["https://", "http://", "https:/", "HTTPS://", "", " https://"])) {
        let origin = format!("{scheme}{name}");
        prop_assert_eq!(Origin::parse(&origin).is_some(), is_origin(&origin), "{}", origin);
        if let Some(parsed) = Origin::parse(&origin) {
            prop_assert_eq!(parsed.to_string(), origin.clone());
            for tail in ["", "/", "/a@b:c", "?x", "#x"] {
                prop_assert_eq!(Origin::of_url(&format!("{origin}{tail}")), Some(parsed.clone()));
            }
            for tail in [".", ":443", ":8443", "@evil.example", "\\.evil.example", "%2eevil.example"] {
                prop_assert_eq!(Origin::of_url(&format!("{origin}{tail}")), None);
            }
        }
    }
}

/// One of every range that text can hide.
const INVISIBLE: &[char] = &[
    '\u{AD}',
    '\u{34F}',
    '\u{61C}',
    '\u{115F}',
    '\u{17B4}',
    '\u{180B}',
    '\u{180E}',
    '\u{200B}',
    '\u{200C}',
    '\u{200D}',
    '\u{200E}',
    '\u{200F}',
    '\u{202A}',
    '\u{202E}',
    '\u{2060}',
    '\u{2064}',
    '\u{2066}',
    '\u{2069}',
    '\u{206F}',
    '\u{3164}',
    '\u{FE00}',
    '\u{FE0F}',
    '\u{FEFF}',
    '\u{FFA0}',
    '\u{FFF9}',
    '\u{1BCA0}',
    '\u{1D173}',
    '\u{E0001}',
    '\u{E0020}',
    '\u{E0100}',
];

/// Lines of words, none of which is as long as a token.
fn noise() -> impl Strategy<Value = String> {
    "([A-Za-z0-9]{1,19}[ \\n.,;:!?/@=_+()-]{1,3}){0,40}".prop_filter("ends in a letter", |text| {
        !text.ends_with(char::is_alphanumeric)
    })
}

/// The rule of cleaning, character by character.
fn cleaned_slowly(text: &str) -> String {
    text.replace("\r\n", "\n")
        .chars()
        .filter(|c| !is_invisible(*c))
        .map(|c| match c {
            '\r' | '\u{2028}' | '\u{2029}' | '\u{85}' | '\u{B}' | '\u{C}' => '\n',
            c if c.is_whitespace() && c != '\n' => ' ',
            c => c,
        })
        .collect()
}

/// Every character, in every place of the eight bytes that are looked at together.
#[test]
fn every_character_is_cleaned() {
    for c in '\0'..=char::MAX {
        let at = u32::from(c) as usize % 9;
        let text = format!("{}{c}{}", &"abcdefgh"[..at], &"ijklmnop"[at..]);
        assert_eq!(clean(&text), cleaned_slowly(&text), "{c:?}");
        assert_eq!(
            clean(&format!("\r{text}\n")),
            cleaned_slowly(&format!("\r{text}\n")),
            "{c:?}"
        );
    }
}

/// Ends in a name that Salesforce owns (`facts/salesforce-pages.md` §7), behind a dot.
fn owned(name: &str) -> bool {
    const OWNED: &str = "salesforce.com force.com lightning.com salesforceliveagent.com salesforce-setup.com my.site.com salesforce-sites.com salesforce-experience.com visualforce.com \
        salesforce.mil crmforce.mil force.mil visualforce.mil cloudforce.mil sfcrmproducts.cn sfcrmapps.cn my-salesforce.com my-lightning.com cloudforce.com database.com";
    OWNED
        .split_whitespace()
        .any(|suffix| format!(".{name}").ends_with(&format!(".{suffix}")))
}

/// The same rule in other words: https, and a name of two to many plain labels, as the WHATWG writes hosts.
fn is_origin(origin: &str) -> bool {
    let Some(("https:", host)) = origin.split_once("//") else {
        return false;
    };
    // The URL parser takes a name that ends in a number for an address.
    if !host
        .rsplit('.')
        .next()
        .unwrap_or("")
        .starts_with(|c: char| c.is_ascii_lowercase())
    {
        return false;
    }
    let mut labels = vec![0usize];
    for c in host.chars() {
        match c {
            '.' => labels.push(0),
            'a'..='z' | '0'..='9' | '-' => *labels.last_mut().unwrap() += 1,
            _ => return false,
        }
    }
    labels.len() > 1 && host.len() < 254 && labels.iter().all(|length| (1..64).contains(length))
}

/// Numbers that look random and are the same in every run (SplitMix64).
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((z ^ (z >> 31)) % limit as u64).unwrap()
    }

    fn word(&mut self, alphabet: &str, length: usize) -> String {
        (0..length)
            .map(|_| char::from(alphabet.as_bytes()[self.below(alphabet.len())]))
            .collect()
    }
}

const UPPER: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const LOWER: &str = "abcdefghijklmnopqrstuvwxyz";
const ALNUM: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const BASE64: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const KEY: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._";

fn has(word: &str, alphabet: &str) -> bool {
    word.contains(|c| alphabet.contains(c))
}

#[test]
fn random_tokens_are_accepted() {
    let mut random = Random(1);
    let mut drawn = 0;
    while drawn < DRAWN {
        let length = 24 + random.below(2);
        let word = random.word(ALNUM, length);
        if !has(&word, UPPER) || !has(&word, LOWER) {
            continue;
        }
        drawn += 1;
        assert_eq!(shape(&word), Some(Shape::Strict), "{word}");
        if drawn % 40 == 0 {
            assert_eq!(found(&mail(&word)), [(word, Some(USER.to_owned()), 0)]);
        }
    }
}

/// §A4: in the very place of the token, each must be nothing at all.
#[test]
fn random_lookalikes_are_refused() {
    type Draw = fn(&mut Random) -> String;
    let kinds: &[(&str, Draw)] = &[
        ("record id of 15", |r| format!("005{}", r.word(ALNUM, 12))),
        ("record id of 18", |r| format!("00D{}", r.word(ALNUM, 15))),
        ("session id", |r| {
            format!("00D{}!{}", r.word(ALNUM, 12), r.word(KEY, 96))
        }),
        ("consumer key", |r| {
            let n = 80 + r.below(60);
            format!("3MVG9{}", r.word(KEY, n))
        }),
        ("consumer secret", |r| r.word("0123456789ABCDEF", 64)),
        ("old consumer secret", |r| r.word("0123456789", 19)),
        ("refresh token", |r| {
            let n = 80 + r.below(20);
            format!("5AEP861{}", r.word(KEY, n))
        }),
        ("verification code", |r| {
            let n = 5 + r.below(2);
            r.word("0123456789", n)
        }),
        ("ObjectId", |r| r.word("0123456789abcdef", 24)),
        ("cuid", |r| {
            format!("c{}", r.word("abcdefghijklmnopqrstuvwxyz0123456789", 24))
        }),
        ("base64 of 18 bytes", |r| {
            loop {
                let word = r.word(BASE64, 24);
                if has(&word, "+/") {
                    break word;
                }
            }
        }),
        ("base64 of 17 bytes", |r| format!("{}=", r.word(ALNUM, 23))),
        ("base64 of 19 bytes", |r| format!("{}==", r.word(ALNUM, 26))),
        ("GUID", |r| {
            [8, 4, 4, 4, 12]
                .map(|n| r.word("0123456789abcdef", n))
                .join("-")
        }),
        ("SHA-1", |r| r.word("0123456789abcdef", 40)),
        ("SHA-256", |r| r.word("0123456789abcdef", 64)),
        ("mail thread", |r| {
            format!(
                "ref:_00D{}._500{}:ref",
                r.word(ALNUM, 12),
                r.word(ALNUM, 12)
            )
        }),
        ("new mail thread", |r| {
            format!("thread::{}::", r.word(ALNUM, 24))
        }),
        ("link", |r| {
            format!("https://login.salesforce.com/?c={}", r.word(ALNUM, 24))
        }),
        ("placeholder", |r| {
            let few = r.word(ALNUM, 8);
            r.word(&few, 25)
        }),
        ("sequence", |r| {
            let from = r.below(26);
            (0..24)
                .map(|i| {
                    let c = LOWER.as_bytes()[(from + i) % 26];
                    char::from(if i % 2 == 0 {
                        c.to_ascii_uppercase()
                    } else {
                        c
                    })
                })
                .collect()
        }),
    ];
    let mut random = Random(2);
    for (kind, draw) in kinds {
        for _ in 0..DRAWN {
            let word = draw(&mut random);
            assert!(
                token::candidates(&format!("Username: {USER}\nSecurity token: {word}\n"))
                    .is_empty(),
                "{kind}: {word}"
            );
        }
    }
}

/// Every labelled mail: an invisible character between any two letters leaves the answer as it is.
#[test]
fn invisible_characters_change_no_labelled_mail() {
    for (name, case) in Case::all() {
        let shown = case.shown();
        let split = |text: &str| {
            text.chars()
                .flat_map(|c| [c, '\u{200B}', '\u{202C}'])
                .collect::<String>()
        };
        // Not between the halves of a line break.
        let torn = ShownText {
            visible: split(&shown.visible.replace("\r\n", "\n")),
            full: split(&shown.full.replace("\r\n", "\n")),
            cut: shown.cut,
        };
        assert_eq!(case.found(&torn), case.found(&shown), "{name}");
    }
}
