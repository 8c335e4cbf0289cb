//! Letters that look alike: what a name would be taken for by a person who reads it in passing.
//!
//! Heavy tables (UTS #39), so only the tools program links this.

use unicode_normalization::char::is_combining_mark;
use unicode_security::MixedScript;
use unicode_security::confusable_detection::skeleton;

/// A label as a person may see it in an address bar: `xn--…` is decoded. What cannot be decoded stays as it is.
#[must_use]
pub fn decoded(label: &str) -> String {
    label
        .strip_prefix("xn--")
        .and_then(idna::punycode::decode_to_string)
        .unwrap_or_else(|| label.to_owned())
        .to_lowercase()
}

/// What the text looks like in plain small letters: letters of other alphabets by their UTS #39 skeleton, marks above
/// and below dropped, digits as the letters that they stand for. Two texts that look alike have the same one.
#[must_use]
pub fn plain(text: &str) -> String {
    let plain: String = skeleton(&text.to_lowercase())
        .filter(|&c| !is_combining_mark(c))
        .flat_map(char::to_lowercase)
        .map(letter_of)
        .collect();
    // The skeleton of `m` is `rn`, since the two look alike: either is read as the shorter.
    plain.replace("rn", "m")
}

/// Does the text mix alphabets that no language writes together? Japanese and Chinese ways of writing are no mixture.
#[must_use]
pub fn mixes_scripts(text: &str) -> bool {
    !text.is_single_script()
}

/// Are the two one letter apart: one inserted, left out, exchanged, or two neighbours swapped? Not if they are equal.
#[must_use]
pub fn one_letter_apart(a: &str, b: &str) -> bool {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let common = |pairs: &mut dyn Iterator<Item = (&char, &char)>| {
        pairs.take_while(|(one, other)| one == other).count()
    };
    let head = common(&mut a.iter().zip(&b));
    let tail = common(&mut a.iter().rev().zip(b.iter().rev()));
    let longer = a.len().max(b.len());
    if a == b || a.len().abs_diff(b.len()) > 1 {
        return false;
    }
    if head + tail + 1 >= longer {
        return true;
    }
    let swapped = || {
        let (one, other) = (a.get(head..head + 2), b.get(head..head + 2));
        matches!((one, other), (Some([p, q]), Some([r, s])) if p == s && q == r)
    };
    a.len() == b.len() && head + tail + 2 == longer && swapped()
}

/// The letter that a digit is written for.
fn letter_of(c: char) -> char {
    match c {
        '0' => 'o',
        '1' | '|' => 'l',
        '3' => 'e',
        '4' => 'a',
        '5' => 's',
        c => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_decoded() {
        let table = [
            ("salesforce", "salesforce"),
            ("xn--slesforce-01a", "s\u{E1}lesforce"),
            ("xn--slesforce-0yh", "s\u{430}lesforce"),
            ("xn--bcher-kva", "bücher"),
            // Not decodable, or nothing to decode.
            ("xn--", ""),
            ("xn--\u{E4}", "xn--\u{E4}"),
            ("xn--99999999999", "xn--99999999999"),
            ("S\u{410}LES", "s\u{430}les"),
        ];
        for (label, text) in table {
            assert_eq!(decoded(label), text, "{label}");
        }
    }

    #[test]
    fn what_looks_alike_is_the_same() {
        let table = [
            "salesforce",
            "s\u{430}l\u{435}sf\u{43E}rc\u{435}",
            "sa1esf0rce",
            "5ale5force",
            "s4l3sforc3",
            "s\u{e1}lesforc\u{e9}",
            "\u{455}ale\u{455}force",
            "ſalesforce",
            "sa\u{142}esforce",
            "sale\u{200B}sforce",
            "ｓａｌｅｓｆｏｒｃｅ",
            "SALESFORCE",
        ];
        for text in table {
            let expected = if text.starts_with('ſ') {
                // UTS #39 takes a long s for an f.
                "falesforce"
            } else {
                "salesforce"
            };
            assert_eq!(plain(text), expected, "{text}");
        }
        assert_eq!(plain("acme.rny.corn"), "acme.my.com");
        assert_eq!(plain("acme.my.com"), "acme.my.com");
        assert_eq!(plain(""), "");
    }

    #[test]
    fn mixtures() {
        let table = [
            ("salesforce", false),
            ("s\u{430}lesforce", true),
            ("продажи", false),
            ("セールス力", false),
            ("acme-123", false),
            ("", false),
        ];
        for (text, mixed) in table {
            assert_eq!(mixes_scripts(text), mixed, "{text}");
        }
    }

    #[test]
    fn one_letter() {
        let table = [
            ("salesforce", "salesforce", false),
            ("saleforce", "salesforce", true),
            ("salesforce", "saleforce", true),
            ("salessforce", "salesforce", true),
            ("salesfarce", "salesforce", true),
            ("saelsforce", "salesforce", true),
            ("slaesforce", "salesforce", true),
            ("salesforec", "salesforce", true),
            ("asle", "sale", true),
            ("eslasforce", "salesforce", false),
            ("saelsforec", "salesforce", false),
            ("saleforc", "salesforce", false),
            ("salesfurze", "salesforce", false),
            ("sabcforce", "sacbforce", true),
            ("sabcforce", "sacdforce", false),
            ("saforce", "salesforce", false),
            ("", "a", true),
            ("", "", false),
            ("ab", "ba", true),
            ("aa", "bb", false),
        ];
        for (a, b, apart) in table {
            assert_eq!(one_letter_apart(a, b), apart, "{a} {b}");
        }
    }
}
