//! Hosts that imitate Salesforce. Advice for a person, shown when the icon is clicked; never a block.

use crate::recognise::host::Host;

/// Why a host looks like an imitation (`lookalike_<code>` in `_locales`). Empty for genuine hosts
/// and for hosts that have nothing to do with Salesforce.
///
/// `login_marks`: does the page carry the marks of Salesforce's log-in form?
#[must_use]
pub fn reasons(host: &str, login_marks: bool) -> Vec<&'static str> {
    let host = host.trim_end_matches('.').to_ascii_lowercase();
    if host.is_empty() || Host::recognise(&host).is_some() {
        return vec![];
    }
    let labels: Vec<&str> = host.split('.').collect();
    let mut reasons = vec![];
    if host.contains("salesforce.com")
        || format!(".{host}").contains(".force.com.")
        || host.contains("lightning.force")
    {
        reasons.push("owned_name_inside");
    } else if labels
        .iter()
        .any(|label| label.contains("salesforce") || label.contains("sales-force"))
    {
        reasons.push("brand_in_name");
    } else if labels
        .iter()
        .any(|label| label.split('-').any(is_one_letter_off))
    {
        reasons.push("one_letter_off");
    }
    if labels.iter().any(|label| label.starts_with("xn--")) && (login_marks || !reasons.is_empty())
    {
        reasons.push("foreign_letters");
    }
    if host.bytes().all(|b| b.is_ascii_digit() || b == b'.') && login_marks {
        reasons.push("bare_address");
    }
    if login_marks {
        reasons.push("login_form");
    }
    // A log-in form with these ids alone is not enough: `#username` and `#password` are ordinary.
    if reasons == ["login_form"] {
        vec![]
    } else {
        reasons
    }
}

/// Within one edit of `salesforce`, but not the word itself.
fn is_one_letter_off(label: &str) -> bool {
    const BRAND: &[u8] = b"salesforce";
    let word = label.as_bytes();
    if word == BRAND || word.len().abs_diff(BRAND.len()) > 1 {
        return false;
    }
    let prefix = word.iter().zip(BRAND).take_while(|(a, b)| a == b).count();
    let suffix = word
        .iter()
        .rev()
        .zip(BRAND.iter().rev())
        .take_while(|(a, b)| a == b)
        .count();
    prefix + suffix + 1 >= word.len().max(BRAND.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts() {
        let table: &[(&str, bool, &[&str])] = &[
            ("login.salesforce.com", true, &[]),
            ("acme.my-salesforce.com", true, &[]),
            ("www.example.com", true, &[]),
            ("www.example.com", false, &[]),
            ("salesforcebenefits.example", false, &["brand_in_name"]),
            (
                "login.salesforce.com-secure.example",
                true,
                &["owned_name_inside", "login_form"],
            ),
            (
                "login.salesforce.com.evil.example",
                false,
                &["owned_name_inside"],
            ),
            ("login.salesf0rce.com", false, &["one_letter_off"]),
            (
                "login.saleforce.com",
                true,
                &["one_letter_off", "login_form"],
            ),
            ("www.workforce.com.example", false, &[]),
            ("acme.force.com.example", false, &["owned_name_inside"]),
            ("salesforce.co", false, &["brand_in_name"]),
            ("192.0.2.7", true, &["bare_address", "login_form"]),
            (
                "xn--slesforce-g4a.com",
                true,
                &["one_letter_off", "foreign_letters", "login_form"],
            ),
            ("", false, &[]),
        ];
        for (host, marks, expected) in table {
            assert_eq!(&reasons(host, *marks), expected, "{host}");
        }
    }
}
