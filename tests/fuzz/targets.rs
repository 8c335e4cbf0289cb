//! One function for each reader of foreign input; it panics where something that must hold does not.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use token_keeper::moving::{Ask, move_in};
use token_keeper::recognise::capture::{Known, Source, judge};
use token_keeper::recognise::classify::{PageKind, classify};
use token_keeper::recognise::host::{Host, Origin, Purpose};
use token_keeper::recognise::text::{clean, is_invisible};
use token_keeper::recognise::token::Shape;
use token_keeper::recognise::token::{may_hold, shape};
use token_keeper::recognise::{code, eml as file, html as markup, mail, reset};
use token_keeper::vault::history::Source as From;
use token_keeper::vault::records::Account;
use token_keeper::vault::secret::Key;
use token_keeper::wire::json;
use token_keeper::wire::messages::{MailReading, PageFacts, ShownText, TEXT_LIMIT};
use token_keeper::wire::views::{Environment, Realm};

/// An address or an origin, as a browser or a page reports it.
pub fn origin(input: &[u8]) {
    let text = String::from_utf8_lossy(input);
    let text = text.as_ref();
    if let Some(origin) = Origin::parse(text) {
        assert_eq!(origin.to_string(), text);
        assert_eq!(Origin::of_url(text), Some(origin));
    }
    if let Some(origin) = Origin::of_url(text) {
        assert!(text.starts_with(&origin.to_string()));
        assert_eq!(Origin::parse(&origin.to_string()), Some(origin.clone()));
        let rest = &text[origin.to_string().len()..];
        assert!(
            rest.is_empty() || rest.starts_with(['/', '?', '#']),
            "{text}"
        );
    }
    for name in [Some(text), text.strip_prefix("https://")]
        .into_iter()
        .flatten()
    {
        let _ = mail::provider_of(name);
        let Some(host) = Host::recognise(name) else {
            continue;
        };
        assert_eq!(host.name, name);
        let classic = Host::recognise(&host.classic_host()).expect("the classic host is a host");
        assert_eq!(classic.classic_host(), classic.name);
        assert!(!host.shows_login() || host.shows_security());
    }
    let _ = mail::is_salesforce_sender(text);
    if let Some(host) = reset::host_of(text) {
        assert!(host.shows_login());
        assert_eq!(Origin::of_url(text).unwrap().host(), host.name);
        assert!(
            !text.to_ascii_lowercase().contains("resetapitoken"),
            "{text}"
        );
    }
}

/// A report of the page agent. Its sender is one of ours, what is in it is not.
pub fn facts(input: &[u8]) {
    let text = String::from_utf8_lossy(input);
    let Ok(facts) = json::from_str::<PageFacts>(&text) else {
        return;
    };
    // Ours steps over values that nobody asked for, without looking into their strings and numbers.
    if let Ok(again) = serde_json::from_str::<PageFacts>(&text) {
        assert_eq!(facts, again);
    }
    for (name, purpose) in [
        ("login.salesforce.com", Purpose::Login),
        ("welcome.salesforce.com", Purpose::Login),
        ("acme.my.salesforce.com", Purpose::MyDomain),
        ("acme.my.salesforce-setup.com", Purpose::Setup),
        ("acme.lightning.force.com", Purpose::Lightning),
        ("help.salesforce.com", Purpose::Other),
        ("acme.my.site.com", Purpose::Customer),
    ] {
        let host = Host::recognise(name).unwrap();
        assert_eq!(host.purpose, purpose);
        let Ok(kind) = classify(&host, &facts) else {
            continue;
        };
        match purpose {
            Purpose::Lightning | Purpose::Other => panic!("{kind:?} on {name}"),
            Purpose::Customer => assert_eq!(kind, PageKind::SiteLogin),
            Purpose::Setup => assert!(!kind.is_login()),
            Purpose::Login | Purpose::MyDomain | Purpose::Instance => {
                assert_ne!(kind, PageKind::SiteLogin);
            }
        }
        let seen = |mark: &str| facts.marks.get(mark).is_some_and(|mark| mark.seen);
        if kind == PageKind::TokenReset {
            assert!(seen("resetButton") && !seen("password"));
        }
    }
}

/// Text of a mail, of a page, or pasted.
pub fn text(input: &[u8]) {
    let text = String::from_utf8_lossy(input);
    let cleaned = clean(&text).into_owned();
    assert!(!cleaned.contains(is_invisible));
    assert_eq!(clean(&cleaned), cleaned);
    if let Some(found) = code::find(&cleaned) {
        assert!(cleaned.contains(&found.code));
    }
    let half = text
        .char_indices()
        .nth(text.chars().count() / 2)
        .map_or(0, |(at, _)| at);
    for (visible, full) in [
        (&*text, &*text),
        (&text[..half], &*text),
        (&*text, &text[half..]),
    ] {
        judged(&ShownText {
            visible: visible.to_owned(),
            full: full.to_owned(),
            cut: false,
        });
    }
}

fn judged(shown: &ShownText) {
    let both = format!("{}\n{}", clean(&shown.visible), clean(&shown.full));
    let known = Known {
        users: &["ada@acme.example".to_owned()],
        ..Known::default()
    };
    for source in [
        Source::ConfirmationPage,
        Source::Other,
        Source::Webmail {
            sender: "support@salesforce.com",
        },
        Source::Webmail {
            sender: "support@evil.example",
        },
    ] {
        let found = judge(&source, shown, &known);
        for found in &found {
            assert!(shape(&found.token).is_some(), "{}", found.token);
            assert!(both.contains(&found.token), "{}", found.token);
            assert!(
                may_hold(&shown.visible) || may_hold(&shown.full),
                "{}",
                found.token
            );
        }
        if matches!(
            source,
            Source::Other
                | Source::Webmail {
                    sender: "support@evil.example"
                }
        ) {
            assert!(found.iter().all(|found| !found.reasons.is_empty()));
        }
    }
}

/// The markup of a mail.
pub fn html(input: &[u8]) {
    let text = String::from_utf8_lossy(input);
    let read = markup::read(&text);
    for link in &read.links {
        assert!(reset::host_of(link).is_some(), "{link}");
    }
    judged(&ShownText {
        visible: read.visible,
        full: read.full,
        cut: read.cut,
    });
}

/// A mail file.
pub fn eml(input: &[u8]) {
    let Some(messages) = file::read(input) else {
        return;
    };
    assert!(!messages.is_empty() && messages.len() <= file::MOST_MESSAGES);
    for message in messages {
        assert!(message.auth.lines().count() <= file::MOST_AUTH);
        let shown = &message.text;
        for text in [&shown.visible, &shown.full] {
            assert!(text.encode_utf16().count() <= TEXT_LIMIT);
        }
        for link in &message.links {
            assert!(reset::host_of(link).is_some(), "{link}");
        }
        judged(shown);
        // The tool writes them, and the background reads them.
        let written = serde_json::to_string(&message).unwrap();
        assert_eq!(json::from_str::<MailReading>(&written).unwrap(), message);
    }
}

/// A file that a person wants taken in.
pub fn moving(input: &[u8]) {
    const KEPT: &str = "Zp3WnC8yTf6JdQs1LmKv5RbGh";
    let mut ada = Account::new("ada@acme.example", Realm::Live, Environment::Production).unwrap();
    ada.capture(KEPT.into(), From::Mail, 1_700_000_000_000);
    let ask = Ask {
        data: STANDARD.encode(input),
        // An age file is not opened here: that takes its time by design.
        passphrase: String::new(),
        apply: true,
        now: 1_700_000_000_001,
        accounts: vec![ada],
        ..Ask::default()
    };
    let Ok(answer) = move_in(ask) else { return };
    let ours = answer.shown.kind == "plain";
    for account in &answer.accounts {
        // What it gives can be written.
        account.seal(&Key::new([7; 32]), [9; 24]).unwrap();
        for token in account.tokens.iter().filter(|_| !ours) {
            let is_kept = token.token.expose() == KEPT;
            assert!(is_kept || shape(token.token.expose()) == Some(Shape::Strict));
        }
        // A file of another tool displaces nothing.
        let held = account
            .tokens
            .iter()
            .any(|token| token.token.expose() == KEPT);
        assert!(
            !held
                || ours
                || account
                    .live_token()
                    .is_some_and(|live| live.expose() == KEPT)
        );
    }
    for review in &answer.reviews {
        assert_eq!(shape(review.token.expose()), Some(Shape::Strict));
    }
    let shown = serde_json::to_string(&answer.shown).unwrap();
    assert!(!shown.contains(KEPT));
}
