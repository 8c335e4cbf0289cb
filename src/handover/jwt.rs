//! The way out: a key, its certificate and a signed assertion for the JWT bearer flow of an External Client App.
//!
//! The key is made here, in the tools program, from a seed that the background draws: RSA with 2048 bits takes 0.7 to
//! 1.8 s in wasm (measured in Node 20 on one core), once per account. WebCrypto would take 0.2 s, but then the
//! background, which has a budget, would carry the calls. A key that was made elsewhere comes in as PKCS #8.
//!
//! `rsa` has an open advisory about timing (RUSTSEC-2023-0071): whoever can time many operations over a network may
//! learn the key. Here each signature is made on the person's own machine for himself, and nobody can ask for one.

use std::str::FromStr;

use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::SeedableRng;
use rsa::PrivateKey;
use rsa::pkcs1v15::{Signature, SigningKey};
use rsa::pkcs8::{DecodePrivateKey, EncodePrivateKey};
use rsa::signature::{Keypair, SignatureEncoding, Signer};
use rsa::traits::PublicKeyParts;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use x509_cert::builder::profile::BuilderProfile;
use x509_cert::builder::{Builder, CertificateBuilder};
use x509_cert::certificate::{Certificate, TbsCertificate};
use x509_cert::der::asn1::UtcTime;
use x509_cert::der::pem::{LineEnding, encode_string};
use x509_cert::der::{DecodePem, Encode};
use x509_cert::ext::pkix::{BasicConstraints, KeyUsage, KeyUsages};
use x509_cert::ext::{Extension, ToExtension};
use x509_cert::name::Name;
use x509_cert::serial_number::SerialNumber;
use x509_cert::spki::{SubjectPublicKeyInfo, SubjectPublicKeyInfoRef};
use x509_cert::time::{Time, Validity};

use crate::handover::account::{Account, AccountIn};
use crate::handover::{Refusal, decode_array};
use crate::vault::secret::{SecretBytes, SecretText};
use crate::vault::text;

/// Length of the modulus in bits: what Salesforce asks for, and what it takes everywhere.
pub const BITS: usize = 2048;
/// How long a certificate is valid at most, in days: a time stamp of the short kind ends with 2049.
pub const MAX_DAYS: u32 = 3650;
/// How long an assertion is valid, in seconds; Salesforce takes three minutes at most.
pub const LIFETIME: u64 = 180;

/// Longest PKCS #8 text that is read, in bytes; one of 4096 bits has about 2,400.
const MAX_PKCS8: usize = 4096;
const SEED: usize = 32;
const SERIAL: usize = 16;
const DAY: u64 = 24 * 60 * 60;

/// Asks for a key with its certificate.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Make {
    /// 48 random bytes in base64url: seed and serial number.
    pub(crate) random: String,
    /// A key that was made elsewhere, PKCS #8 in base64url; a certificate is made for it.
    #[serde(default)]
    pub(crate) pkcs8: Option<String>,
    /// What the certificate is called, e.g. the user name. Other characters than letters, digits and `-_.@` fall out.
    pub(crate) name: String,
    /// Milliseconds since 1970.
    pub(crate) now: u64,
    /// How long the certificate is valid.
    pub(crate) days: u32,
}

/// A key with its certificate.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Made {
    /// PKCS #8 in base64url, as the vault keeps it. Secret.
    pub(crate) pkcs8: String,
    /// The same as a file for the clients. Secret.
    pub(crate) key_pem: String,
    /// What is uploaded in Setup.
    pub(crate) certificate_pem: String,
    /// SHA-256 of the certificate in hexadecimal, for comparing.
    pub(crate) fingerprint: String,
    /// When the certificate ends, milliseconds since 1970.
    pub(crate) not_after: u64,
}

/// Makes a key, or takes one, and a certificate for it.
///
/// # Errors
/// `handover_bad_value` for random bytes or a time span out of bounds; `jwt_bad_key` for a key that is none, or is
/// shorter than [`BITS`]; `jwt_failed` if the crates refuse.
pub fn make(make: Make) -> Result<Made, Refusal> {
    let random: [u8; SEED + SERIAL] =
        decode_array(Some(&make.random)).ok_or(Refusal::new("handover_bad_value"))?;
    let (seed, serial) = random.split_at(SEED);
    if make.days == 0 || make.days > MAX_DAYS {
        return Err(Refusal::new("handover_bad_value"));
    }
    let key = match &make.pkcs8 {
        Some(given) => read_key(given)?,
        None => {
            let seed = seed.try_into().map_err(|_| Refusal::new("jwt_failed"))?;
            PrivateKey::new(&mut ChaCha20Rng::from_seed(seed), BITS)
                .map_err(|_| Refusal::new("jwt_failed"))?
        }
    };
    let der = key.to_pkcs8_der().map_err(|_| Refusal::new("jwt_failed"))?;
    let start = make.now / 1000;
    let end = start.saturating_add(u64::from(make.days) * DAY);
    let certificate =
        certificate(key, &make.name, serial, start, end).map_err(|_| Refusal::new("jwt_failed"))?;
    Ok(Made {
        pkcs8: text::encode(der.as_bytes()),
        key_pem: pem("PRIVATE KEY", der.as_bytes())?,
        certificate_pem: pem("CERTIFICATE", &certificate)?,
        fingerprint: fingerprint(&certificate),
        not_after: end.saturating_mul(1000),
    })
}

/// A certificate that was made before.
#[derive(Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Described {
    /// SHA-256 in hexadecimal, for comparing.
    fingerprint: String,
    /// When it ends, milliseconds since 1970.
    not_after: u64,
}

/// Says what a certificate of ours holds; `None` for a text that is none.
#[must_use]
pub fn describe(certificate_pem: &str) -> Option<Described> {
    let certificate = Certificate::from_pem(certificate_pem).ok()?;
    let end = certificate.tbs_certificate().validity().not_after;
    Some(Described {
        fingerprint: fingerprint(&certificate.to_der().ok()?),
        not_after: end.to_unix_duration().as_secs().saturating_mul(1000),
    })
}

/// A key as the vault keeps it, as a file for the clients.
///
/// # Errors
/// `jwt_bad_key`.
pub fn key_file(pkcs8: &str) -> Result<SecretText, Refusal> {
    let der = read_key(pkcs8)?
        .to_pkcs8_der()
        .map_err(|_| Refusal::new("jwt_failed"))?;
    pem("PRIVATE KEY", der.as_bytes()).map(SecretText::new)
}

/// Asks for a signed assertion.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Sign {
    /// PKCS #8 in base64url.
    pkcs8: String,
    /// Only user name, host and kind of org count.
    account: AccountIn,
    /// Consumer key of the app.
    client_id: String,
    /// Milliseconds since 1970.
    now: u64,
}

/// A signed assertion: whoever holds it can log in until it expires.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Signed {
    assertion: String,
    /// Where it is sent.
    token_url: String,
    /// Milliseconds since 1970.
    expires_at: u64,
}

/// Signs an assertion (RFC 7523) with RS256.
///
/// # Errors
/// Codes of [`crate::handover::account::AccountError`]; `jwt_bad_key`; `jwt_no_audience` for a cloud whose audience is
/// not known; `handover_bad_value` for an empty consumer key.
pub fn sign(sign: Sign) -> Result<Signed, Refusal> {
    #[derive(Serialize)]
    struct Claims<'a> {
        iss: &'a str,
        sub: &'a str,
        aud: &'a str,
        exp: u64,
    }
    let account = Account::check(sign.account)?;
    let audience = account.audience().ok_or(Refusal::new("jwt_no_audience"))?;
    if sign.client_id.is_empty() || sign.client_id.chars().any(char::is_control) {
        return Err(Refusal::new("handover_bad_value"));
    }
    let key = read_key(&sign.pkcs8)?;
    let exp = (sign.now / 1000).saturating_add(LIFETIME);
    let claims = serde_json::to_vec(&Claims {
        iss: &sign.client_id,
        sub: &account.username,
        aud: &audience,
        exp,
    })
    .map_err(|_| Refusal::new("jwt_failed"))?;
    let front = [
        text::encode(br#"{"alg":"RS256","typ":"JWT"}"#),
        text::encode(&claims),
    ]
    .join(".");
    let signature: Signature = SigningKey::<Sha256>::new(key)
        .try_sign(front.as_bytes())
        .map_err(|_| Refusal::new("jwt_failed"))?;
    Ok(Signed {
        assertion: [front, text::encode(&signature.to_vec())].join("."),
        token_url: format!("{}/services/oauth2/token", account.login_url()),
        expires_at: exp.saturating_mul(1000),
    })
}

fn fingerprint(certificate: &[u8]) -> String {
    Sha256::digest(certificate)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

fn read_key(given: &str) -> Result<PrivateKey, Refusal> {
    let bad = || Refusal::new("jwt_bad_key");
    let der = SecretBytes::new(text::decode(given, MAX_PKCS8).map_err(|_| bad())?);
    let key = PrivateKey::from_pkcs8_der(der.expose()).map_err(|_| bad())?;
    if key.size() * 8 < BITS {
        return Err(bad());
    }
    Ok(key)
}

/// A certificate that says whose key it is and that it signs; Salesforce only compares the key.
struct SelfSigned(Name);

impl BuilderProfile for SelfSigned {
    fn get_issuer(&self, subject: &Name) -> Name {
        subject.clone()
    }

    fn get_subject(&self) -> Name {
        self.0.clone()
    }

    fn build_extensions(
        &self,
        _: SubjectPublicKeyInfoRef<'_>,
        _: SubjectPublicKeyInfoRef<'_>,
        tbs: &TbsCertificate,
    ) -> x509_cert::builder::Result<Vec<Extension>> {
        let none = BasicConstraints {
            ca: false,
            path_len_constraint: None,
        };
        let signs = KeyUsage(KeyUsages::DigitalSignature.into());
        Ok(vec![
            none.to_extension(tbs.subject(), &[])?,
            signs.to_extension(tbs.subject(), &[])?,
        ])
    }
}

fn certificate(
    key: PrivateKey,
    name: &str,
    serial: &[u8],
    start: u64,
    end: u64,
) -> x509_cert::builder::Result<Vec<u8>> {
    let time = |seconds| {
        UtcTime::from_unix_duration(std::time::Duration::from_secs(seconds)).map(Time::UtcTime)
    };
    let signer = SigningKey::<Sha256>::new(key);
    let subject = Name::from_str(&format!("CN={}", common_name(name)))?;
    let public = SubjectPublicKeyInfo::from_key(&signer.verifying_key())?;
    // A first byte from 1 to 127: neither negative nor zero, and always of one length.
    let mut serial = serial.to_vec();
    if let Some(first) = serial.first_mut() {
        *first = (*first & 0x7f) | 0x40;
    }
    CertificateBuilder::new(
        SelfSigned(subject),
        SerialNumber::new(&serial)?,
        Validity::new(time(start)?, time(end)?),
        public,
    )?
    .build::<_, Signature>(&signer)?
    .to_der()
    .map_err(Into::into)
}

/// At most 64 characters, as the standard says, and none that a distinguished name would need to escape.
fn common_name(name: &str) -> String {
    let plain: String = name
        .chars()
        .filter(|c| c.is_ascii_alphanumeric() || "-_.@".contains(*c))
        .take(64)
        .collect();
    if plain.is_empty() {
        "token-keeper".to_owned()
    } else {
        plain
    }
}

/// RFC 7468.
fn pem(label: &str, der: &[u8]) -> Result<String, Refusal> {
    encode_string(label, LineEnding::LF, der).map_err(|_| Refusal::new("jwt_failed"))
}
