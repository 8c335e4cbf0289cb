//! What the benches run on, natively and in wasm.

/// Reports of the page agent, as they arrive: the first rule's page, the last one's, and one without a mark.
pub const REPORTS: &[(&str, &str)] = &[
    (
        "token_reset",
        r#"{"nonce":"3f0c1c5e-0d5b-4a8e-9b1d-3f2f6a7c1d11","path":"/_ui/system/security/ResetApiTokenEdit","framed":true,"settled":true,"marks":{"resetButton":{"n":1,"seen":true,"on":true,"full":true},"message":{"n":1,"seen":true,"on":true,"full":false},"interstitialSave":{"n":1,"seen":true,"on":true,"full":true}},"person":null,"shown":null}"#,
    ),
    (
        "login_username",
        r#"{"nonce":"3f0c1c5e-0d5b-4a8e-9b1d-3f2f6a7c1d12","path":"/","framed":false,"settled":true,"marks":{"username":{"n":1,"seen":true,"on":true,"full":true},"rememberUn":{"n":1,"seen":true,"on":true,"full":true},"login":{"n":1,"seen":true,"on":true,"full":true},"forgot":{"n":1,"seen":true,"on":true,"full":false},"sso":{"n":3,"seen":true,"on":true,"full":false},"error":{"n":1,"seen":false,"on":true,"full":false}},"person":null,"shown":null}"#,
    ),
    (
        "nothing",
        r#"{"nonce":"3f0c1c5e-0d5b-4a8e-9b1d-3f2f6a7c1d13","path":"/home/home.jsp","framed":false,"settled":true,"marks":{},"person":null,"shown":null}"#,
    ),
];

/// The size of each text (bytes).
const SIZE: usize = 5_000_000;

/// Long texts: words of a mail, words that are no Latin ones, keys that resemble tokens, and both kinds of words with mails
/// of tokens among them.
pub fn texts() -> [(&'static str, String); 5] {
    let mut number = 1u64;
    let mut draw = |limit: u64| {
        number = number
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (number >> 33) % limit
    };
    let words = [
        "the", "meeting", "on", "Thursday", "was", "moved,", "please", "bring", "invoice", "no.",
        "48151", "and", "reply\n",
    ];
    let prose = fill(|text| {
        text.push_str(words[usize::try_from(draw(words.len() as u64)).unwrap_or(0)]);
        text.push(' ');
    });
    let kana = fill(|text| {
        text.push_str(
            [
                "会議は",
                "木曜日に",
                "変更",
                "されました。",
                "ご確認ください。\n",
            ][usize::try_from(draw(5)).unwrap_or(0)],
        );
    });
    let keys = fill(|text| {
        let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        for _ in 0..76 {
            text.push(char::from(alphabet[usize::try_from(draw(64)).unwrap_or(0)]));
        }
        text.push('\n');
    });
    let (mails, kana_mails) = (with_mails(&prose), with_mails(&kana));
    [
        ("prose", prose),
        ("kana", kana),
        ("base64", keys),
        ("three mails", mails),
        ("three in kana", kana_mails),
    ]
}

fn with_mails(text: &str) -> String {
    let mut text = text.to_owned();
    for at in [1_000_000, 2_500_000, 4_900_000] {
        let at = text.as_bytes()[..at]
            .iter()
            .rposition(|byte| *byte == b'\n')
            .map_or(0, |at| at + 1);
        text.insert_str(at, "Username: ada@acme.example\nSecurity token (case-sensitive): Rk4vNq8ZtLw2XsBm7JhYcDpQe\n");
    }
    text
}

fn fill(mut more: impl FnMut(&mut String)) -> String {
    let mut text = String::with_capacity(SIZE + 100);
    while text.len() < SIZE {
        more(&mut text);
    }
    text
}
