//! Mail files (RFC 5322, MIME): the messages in them, with what they say of their own origin.
//!
//! Nothing is verified here: whoever made the file could have written every header of it. So a token out of a file always
//! waits for a person's look, who sees sender and results as information (`facts/token-and-mail.md` §C4).

use mail_parser::{
    Address, HeaderName, Message, MessageParser, MessagePart, MimeHeaders, PartType,
};

use crate::recognise::html;
use crate::recognise::text::cut;
use crate::wire::messages::{LINKS_LIMIT, MailReading, ShownText, TEXT_LIMIT};

/// Largest file in bytes (5 MiB). A token mail has some ten thousand; a whole thread with pictures stays below this.
pub const LARGEST: usize = 5_242_880;
/// Most messages of one file: forwarded ones, and those forwarded in them.
pub const MOST_MESSAGES: usize = 20;
/// How deep forwarded messages are followed.
pub const DEEPEST: usize = 8;
/// Most lines about authenticity for one message.
pub const MOST_AUTH: usize = 10;
/// Most parts of a file. Each has a header of this kind, and every level of nesting needs one.
const MOST_PARTS: usize = 300;
/// Most signatures, and most bytes of one header, that are looked at.
const MOST_SIGNATURES: usize = 5;
const LONGEST_HEADER: usize = 10_000;

/// The messages of a file, the outermost first. A file that is no mail is one message without headers.
///
/// `None` for a file that is too large, or that consists of more parts than any mail has.
#[must_use]
pub fn read(bytes: &[u8]) -> Option<Vec<MailReading>> {
    if bytes.len() > LARGEST || count(bytes, b"content-type") > MOST_PARTS {
        return None;
    }
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let mut found = vec![];
    // The line that a mailbox file sets before each message is a header of no known name to the parser.
    match MessageParser::default().parse(bytes) {
        Some(message) if is_mail(&message) => {
            collect(&message, DEEPEST, &mut found);
        }
        _ => found.push(MailReading {
            text: shown(&[], &[&String::from_utf8_lossy(bytes)]),
            ..MailReading::default()
        }),
    }
    Some(found)
}

/// Has it a header that mails have? A text whose lines begin with a word and a colon has not.
fn is_mail(message: &Message<'_>) -> bool {
    let headers = message.parts.iter().flat_map(|part| &part.headers);
    headers.into_iter().any(|header| {
        matches!(
            header.name,
            HeaderName::From
                | HeaderName::Date
                | HeaderName::Received
                | HeaderName::MessageId
                | HeaderName::MimeVersion
                | HeaderName::ContentType
        )
    })
}

/// How often a word (lower case) stands in the bytes, in any case.
fn count(bytes: &[u8], word: &[u8]) -> usize {
    bytes
        .windows(word.len())
        .filter(|window| window.eq_ignore_ascii_case(word))
        .count()
}

fn collect(message: &Message<'_>, deeper: usize, found: &mut Vec<MailReading>) {
    if found.len() >= MOST_MESSAGES {
        return;
    }
    let (text, links) = body(message);
    let auth: Vec<String> = auth(message)
        .into_iter()
        .map(|said| said.join(" "))
        .collect();
    found.push(MailReading {
        sender: sender(message),
        text,
        sent_at: sent_at(message),
        links,
        auth: auth.join("\n"),
        ..MailReading::default()
    });
    let Some(deeper) = deeper.checked_sub(1) else {
        return;
    };
    for part in &message.parts {
        if let PartType::Message(inner) = &part.body {
            collect(inner, deeper, found);
        }
    }
}

/// The one sender. Two headers, or two addresses in one, and none is believed.
fn sender(message: &Message<'_>) -> Option<String> {
    let root = message.parts.first()?;
    let mut headers = root
        .headers
        .iter()
        .filter(|header| header.name == HeaderName::From);
    let (header, None) = (headers.next()?, headers.next()) else {
        return None;
    };
    let Some(Address::List(addresses)) = header.value.as_address() else {
        return None;
    };
    let [only] = addresses.as_slice() else {
        return None;
    };
    let address = only.address.as_deref()?;
    let plain = address.bytes().all(|byte| byte.is_ascii_graphic())
        && address.len() <= 320
        && address.bytes().filter(|&byte| byte == b'@').count() == 1
        && !address.contains(['<', '>', '"', ',', ';', '(', ')']);
    plain.then(|| address.to_owned())
}

/// When the message says that it was sent (milliseconds since 1970).
fn sent_at(message: &Message<'_>) -> Option<u64> {
    let seconds = message
        .date()
        .filter(|date| date.is_valid())?
        .to_timestamp();
    u64::try_from(seconds).ok()?.checked_mul(1000)
}

/// The text of a message as a person sees it, and all of it: its other form, hidden parts, and text that is attached.
fn body(message: &Message<'_>) -> (ShownText, Vec<String>) {
    let mut seen: Vec<html::Read> = vec![];
    let mut rest: Vec<html::Read> = vec![];
    let parts = (0u32..).zip(&message.parts).take(MOST_PARTS);
    for (id, part) in parts {
        let Some(read) = text_of(part) else { continue };
        // A mail program shows the HTML form where there is one.
        if message.html_body.contains(&id) {
            seen.push(read);
        } else {
            rest.push(read);
        }
    }
    let mut links: Vec<String> = vec![];
    for link in seen.iter().chain(&rest).flat_map(|read| &read.links) {
        if !links.contains(link) {
            links.push(link.clone());
        }
    }
    links.truncate(LINKS_LIMIT);
    let visible: Vec<&str> = seen.iter().map(|read| read.visible.as_str()).collect();
    let full: Vec<&str> = seen
        .iter()
        .chain(&rest)
        .map(|read| read.full.as_str())
        .collect();
    let mut text = shown(&visible, &full);
    text.cut |= seen.iter().any(|read| read.cut);
    (text, links)
}

fn text_of(part: &MessagePart<'_>) -> Option<html::Read> {
    match &part.body {
        PartType::Html(text) => Some(html::read(text)),
        PartType::Text(text) => {
            let plain = part
                .content_type()
                .is_none_or(|kind| kind.subtype() == Some("plain"));
            plain.then(|| html::Read {
                visible: text.to_string(),
                full: text.to_string(),
                ..html::Read::default()
            })
        }
        _ => None,
    }
}

/// Pieces one below the other. What is seen is a part of all; without it, all is seen.
fn shown(visible: &[&str], full: &[&str]) -> ShownText {
    let mut full = full.join("\n");
    let mut visible = match visible {
        [] => full.clone(),
        pieces => pieces.join("\n"),
    };
    cut(&mut full, TEXT_LIMIT);
    ShownText {
        cut: cut(&mut visible, TEXT_LIMIT),
        visible,
        full,
    }
}

/// Method, result, domain.
type Said = [String; 3];

/// What the topmost report of a receiving server says, then the signatures that it does not speak of.
fn auth(message: &Message<'_>) -> Vec<Said> {
    let mut said = headers(message, "Authentication-Results")
        .next()
        .map(|value| results(&value))
        .unwrap_or_default();
    for value in headers(message, "DKIM-Signature").take(MOST_SIGNATURES) {
        let domain = value
            .split(';')
            .filter_map(|tag| tag.split_once('='))
            .find(|(name, _)| name.trim().eq_ignore_ascii_case("d"))
            .map(|(_, domain)| domain_of(domain))
            .unwrap_or_default();
        let reported = said
            .iter()
            .any(|[method, _, known]| method == "dkim" && *known == domain);
        if !domain.is_empty() && !reported {
            said.push(["signature".to_owned(), "none".to_owned(), domain]);
        }
    }
    said.truncate(MOST_AUTH);
    said
}

/// Headers of this name as one line each, without comments, the topmost first.
fn headers<'m>(message: &'m Message<'_>, name: &'static str) -> impl Iterator<Item = String> + 'm {
    let root = message.parts.first();
    root.into_iter()
        .flat_map(|root| &root.headers)
        .filter(move |header| header.name.as_str().eq_ignore_ascii_case(name))
        .filter_map(|header| {
            let (from, to) = (header.offset_start as usize, header.offset_end as usize);
            let raw = message
                .raw_message
                .get(from..to.min(from + LONGEST_HEADER))?;
            Some(without_comments(&String::from_utf8_lossy(raw)))
        })
}

fn without_comments(value: &str) -> String {
    let mut depth = 0u32;
    let mut plain = String::with_capacity(value.len());
    for c in value.chars() {
        match c {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            c if depth == 0 => plain.push(if c.is_whitespace() { ' ' } else { c }),
            _ => {}
        }
    }
    plain
}

/// The results of one report (RFC 8601): `method=result property=value …`, parted by semicolons. The name of the reporting
/// server stands first, and some leave it out.
fn results(value: &str) -> Vec<Said> {
    value.split(';').filter_map(result).collect()
}

fn result(segment: &str) -> Option<Said> {
    let mut pairs = segment.split_whitespace().map(|word| {
        word.split_once('=')
            .map_or((word, ""), |(name, value)| (name, value))
    });
    let (method, result) = pairs.next()?;
    // `dkim/1` names the version of the method.
    let method = method.split('/').next()?.to_ascii_lowercase();
    let wanted: &[&str] = match method.as_str() {
        "dkim" => &["header.d", "header.i"],
        "spf" => &["smtp.mailfrom", "smtp.helo"],
        "dmarc" => &["header.from"],
        _ => return None,
    };
    let result = result.to_ascii_lowercase();
    if !(3..=10).contains(&result.len()) || !result.bytes().all(|byte| byte.is_ascii_lowercase()) {
        return None;
    }
    let pairs: Vec<(&str, &str)> = pairs.collect();
    let domain = wanted
        .iter()
        .find_map(|wanted| {
            pairs
                .iter()
                .find(|(name, _)| name.eq_ignore_ascii_case(wanted))
        })
        .map(|(_, value)| domain_of(value))
        .unwrap_or_default();
    Some([method, result, domain])
}

/// The domain of an address or of itself; empty if it is none.
fn domain_of(value: &str) -> String {
    let domain = value.trim().trim_matches('"').to_ascii_lowercase();
    let domain = domain.rsplit('@').next().unwrap_or("");
    let plain = domain.len() <= 253
        && domain
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_'));
    if plain {
        domain.to_owned()
    } else {
        String::new()
    }
}

#[cfg(test)]
#[allow(clippy::indexing_slicing, clippy::unwrap_used)]
mod tests {
    use super::*;

    fn told(lines: &[Said]) -> Vec<String> {
        lines.iter().map(|line| line.join(" ")).collect()
    }

    #[test]
    fn reports_of_receiving_servers() {
        let table: [(&str, &[&str]); 8] = [
            (
                "mx.example; dkim=pass header.i=@salesforce.com header.s=sf1; spf=pass smtp.mailfrom=support@bounce.salesforce.com; dmarc=pass header.from=salesforce.com",
                &[
                    "dkim pass salesforce.com",
                    "spf pass bounce.salesforce.com",
                    "dmarc pass salesforce.com",
                ],
            ),
            (
                "spf=softfail smtp.mailfrom=evil.example; dkim=none header.d=none;dmarc=fail action=quarantine header.from=salesforce.com",
                &[
                    "spf softfail evil.example",
                    "dkim none none",
                    "dmarc fail salesforce.com",
                ],
            ),
            ("mx.example 1; none", &[]),
            ("mx.example; dkim=<script> header.d=salesforce.com", &[]),
            (
                "mx.example; dkim=pass header.d=<b>evil</b>",
                &["dkim pass "],
            ),
            (
                "mx.example; arc=pass; dkim/1=PASS Header.D=\"Salesforce.com\"",
                &["dkim pass salesforce.com"],
            ),
            ("mx.example; dkim", &[]),
            ("", &[]),
        ];
        for (value, expected) in table {
            assert_eq!(told(&results(value)), expected, "{value}");
        }
        assert_eq!(without_comments("a (b (c) d) e)f"), "a  ef");
    }

    #[test]
    fn what_is_no_mail_is_a_text() {
        let read = read(b"Security token: x").unwrap();
        assert_eq!(read.len(), 1);
        assert_eq!(read[0].text.visible, "Security token: x");
        assert_eq!(read[0].sender, None);
    }

    #[test]
    fn senders() {
        let long = format!("{}@acme.example", "a".repeat(307));
        let table = [
            (
                "From: ada@acme.example".to_owned(),
                Some("ada@acme.example"),
            ),
            (
                "From: Ada <ada@acme.example>".to_owned(),
                Some("ada@acme.example"),
            ),
            (
                "from:\r\n ada@acme.example".to_owned(),
                Some("ada@acme.example"),
            ),
            (format!("From: {long}"), Some(long.as_str())),
            (format!("From: a{long}"), None),
            ("From: ada@acme.example, eve@evil.example".to_owned(), None),
            (
                "From: ada@acme.example\nFrom: eve@evil.example".to_owned(),
                None,
            ),
            ("From: a: ada@acme.example;".to_owned(), None),
            ("From: Ada <ada@acme@evil.example>".to_owned(), None),
            ("From: Ada <ada>".to_owned(), None),
            ("From: Ada <\"ada\"@acme.example>".to_owned(), None),
            ("From: Ada <ådä@acme.example>".to_owned(), None),
            ("From: Ada <ada @acme.example>".to_owned(), None),
            ("From:".to_owned(), None),
            ("Sender: ada@acme.example\nDate: x".to_owned(), None),
        ];
        for (headers, sender) in table {
            let mail = read(format!("{headers}\nTo: b@c.example\n\nx").as_bytes()).unwrap();
            assert_eq!(mail[0].sender.as_deref(), sender, "{headers}");
            assert_eq!(mail[0].text.visible.trim(), "x", "{headers}");
        }
    }

    #[test]
    fn dates() {
        let table = [
            ("Thu, 1 Jan 1970 00:00:01 +0000", Some(1_000)),
            ("Thu, 1 Jan 1970 01:00:00 +0200", None),
            ("Mon, 32 Jan 2024 00:00:00 +0000", None),
            ("yesterday", None),
        ];
        for (date, sent_at) in table {
            let mail = read(format!("From: a@b.example\nDate: {date}\n\nx").as_bytes()).unwrap();
            assert_eq!(mail[0].sent_at, sent_at, "{date}");
        }
    }

    #[test]
    fn the_line_of_a_mailbox_file_is_no_part_of_the_mail() {
        for line in [
            "",
            "From ada Mon Jan  1\n",
            "From ada@acme.example Mon Jan  1 12:30:00 2024\n",
            ">From ada@acme.example Mon Jan  1 12:30:00 2024\r\n",
            "From \r\n",
        ] {
            let mail = read(format!("{line}From: a@b.example\n\nFrom x\ny").as_bytes()).unwrap();
            assert_eq!(mail[0].sender.as_deref(), Some("a@b.example"), "{line}");
            assert_eq!(mail[0].text.visible, "From x\ny", "{line}");
        }
        assert_eq!(read(b"From x").unwrap()[0].text.visible, "From x");
    }

    #[test]
    fn what_a_mail_says_of_itself() {
        let spf = "Authentication-Results: mx.example; spf=pass smtp.mailfrom=a.example\n";
        let signed = |domain: &str| format!("DKIM-Signature: v=1; a=rsa-sha256; d={domain}; b=x\n");
        let long = "x".repeat(LONGEST_HEADER);
        let table = [
            (String::new(), ""),
            (spf.to_owned(), "spf pass a.example"),
            // Only the topmost report is that of the own server.
            (
                format!("{spf}{}", spf.replace("a.example", "b.example")),
                "spf pass a.example",
            ),
            (signed("A.example"), "signature none a.example"),
            (
                format!("{spf}{}", signed("b.example")),
                "spf pass a.example\nsignature none b.example",
            ),
            // Another method's word on the same domain is none on the signature.
            (
                format!("{spf}{}", signed("a.example")),
                "spf pass a.example\nsignature none a.example",
            ),
            (
                format!(
                    "{}{}",
                    spf.replace("spf=pass smtp.mailfrom", "dkim=fail header.d"),
                    signed("a.example")
                ),
                "dkim fail a.example",
            ),
            (signed("<b>"), ""),
            ("DKIM-Signature: v=1; b=d\n".to_owned(), ""),
            (
                (0..9).map(|n| signed(&format!("{n}.example"))).collect(),
                "signature none 0.example\nsignature none 1.example\nsignature none 2.example\nsignature none 3.example\nsignature none 4.example",
            ),
            (spf.replace("mx.example", &long), ""),
            (
                spf.replace("mx.example", "mx.example (spf=fail; (x) dkim=pass)"),
                "spf pass a.example",
            ),
        ];
        for (headers, said) in table {
            let mail = read(format!("{headers}From: a@b.example\n\nx").as_bytes()).unwrap();
            assert_eq!(mail[0].auth, said, "{headers}");
        }
    }

    #[test]
    fn domains() {
        let long = "a".repeat(253);
        let table = [
            (" Acme-1.my_org.Example ", "acme-1.my_org.example"),
            ("\"ada@acme.example\"", "acme.example"),
            ("@acme.example", "acme.example"),
            (&long, &long),
            (&format!("{long}a"), ""),
            ("acme.example/x", ""),
            ("ac me.example", ""),
            ("", ""),
        ];
        for (value, domain) in table {
            assert_eq!(domain_of(value), domain, "{value}");
        }
    }

    #[test]
    fn too_large_or_too_many_parts() {
        assert_eq!(read(&vec![b'a'; LARGEST + 1]), None);
        let part = "Content-Type: message/rfc822\n\n";
        assert_eq!(read(part.repeat(1000).as_bytes()), None);
        assert_eq!(read(part.repeat(MOST_PARTS + 1).as_bytes()), None);
        assert!(read(part.repeat(MOST_PARTS).as_bytes()).is_some());
        assert!(read(&vec![b'a'; LARGEST]).is_some());
        assert!(
            read(part.repeat(100).as_bytes()).is_some_and(|found| found.len() <= MOST_MESSAGES)
        );
    }
}
