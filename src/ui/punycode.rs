//! What a host name with `xn--` labels shows in a browser that decodes it (RFC 3492).

const BASE: u32 = 36;
const T_MIN: u32 = 1;
const T_MAX: u32 = 26;
const SKEW: u32 = 38;
const DAMP: u32 = 700;
const FIRST_BIAS: u32 = 72;
const FIRST_CODE: u32 = 128;

/// The host with its encoded labels decoded; `None` if there are none, or none that can be read.
#[must_use]
pub fn decoded(host: &str) -> Option<String> {
    let mut some = false;
    let labels: Vec<String> = host
        .split('.')
        .map(|label| {
            let found = label.strip_prefix("xn--").and_then(label_of);
            some |= found.is_some();
            found.unwrap_or_else(|| label.to_owned())
        })
        .collect();
    some.then(|| labels.join("."))
}

/// RFC 3492 §6.2, with every overflow an end.
fn label_of(code: &str) -> Option<String> {
    let (plain, tail) = code.rsplit_once('-').unwrap_or(("", code));
    let mut out: Vec<char> = plain.chars().collect();
    let mut digits = tail.chars();
    let mut code_point = FIRST_CODE;
    let mut bias = FIRST_BIAS;
    let mut at: u32 = 0;
    while !digits.as_str().is_empty() {
        let before = at;
        let mut weight: u32 = 1;
        let mut k = BASE;
        loop {
            let digit = digit(digits.next()?)?;
            at = at.checked_add(digit.checked_mul(weight)?)?;
            let threshold = k.saturating_sub(bias).clamp(T_MIN, T_MAX);
            if digit < threshold {
                break;
            }
            weight = weight.checked_mul(BASE - threshold)?;
            k += BASE;
        }
        let count = u32::try_from(out.len()).ok()?.checked_add(1)?;
        bias = adapted(at - before, count, before == 0);
        code_point = code_point.checked_add(at / count)?;
        at %= count;
        out.insert(usize::try_from(at).ok()?, char::from_u32(code_point)?);
        at += 1;
    }
    Some(out.into_iter().collect())
}

/// `a`–`z` are 0–25, `0`–`9` are 26–35.
fn digit(c: char) -> Option<u32> {
    match c {
        '0'..='9' => c.to_digit(10).map(|value| value + 26),
        _ => c.to_digit(36).map(|value| value - 10),
    }
}

/// RFC 3492 §6.1.
fn adapted(delta: u32, count: u32, first: bool) -> u32 {
    let mut delta = if first { delta / DAMP } else { delta / 2 };
    delta += delta / count;
    let mut k = 0;
    while delta > ((BASE - T_MIN) * T_MAX) / 2 {
        delta /= BASE - T_MIN;
        k += BASE;
    }
    k + (BASE - T_MIN + 1) * delta / (delta + SKEW)
}
