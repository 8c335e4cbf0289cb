//! What is heavy and seldom, as tools: one JSON text in, one out (`src/tools.rs`).
//!
//! The stretch of a passphrase, everything that makes or changes a header, and the comparison of two whole copies are
//! linked into the tools program only: the background, which is compiled on every wake of the worker, needs none of them.
//!
//! | function | input | output |
//! |---|---|---|
//! | `vault_create` | [`Make`] | [`Opening`] |
//! | `vault_unlock` | [`Enter`] | [`Opening`]; a header only if it was raised to today's costs |
//! | `vault_ways` | [`Ways`] | [`Opening`]; a key only if it is a new one |
//! | `vault_reseal` | [`Reseal`] | [`Resealed`] |
//! | `vault_join` | [`Reseal`] | [`Resealed`]: the histories that were kept aside, merged |
//! | `vault_sync` | [`Reseal`] | [`Resealed`] |
//! | `vault_bury` | [`Reseal`] | [`Resealed`]: what the deletion of an account writes |
//! | `vault_compare` | [`Compare`] | [`Compared`] |
//!
//! What is refused comes back as `{"fault":{"code":…}}`; an input that is not what the function takes gives nothing.
//! Keys and header stand as base64url. Randomness comes in as a seed of 32 bytes, drawn for this one call.

use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use serde::{Deserialize, Serialize};

use crate::vault::copies::{self, Finding, Reading};
use crate::vault::kdf::Params;
use crate::vault::keyring::KeyRing;
use crate::vault::keys::Header;
use crate::vault::manifest::{Batch, Seen};
use crate::vault::merge::merge_asides;
use crate::vault::rotation;
use crate::vault::secret::{Key, SecretText};
use crate::vault::slot::{NewWay, Passkey, Way, drawn};
use crate::vault::store::{self, Change, Entry, StoreSnapshot};
use crate::vault::sync::{self, Given, Note};
use crate::vault::text;
use crate::vault::ways::ChangeError;
use crate::wire::answer::answer;
use crate::wire::errors::Fault;
use crate::wire::json;
use crate::wire::messages::{PasskeyAnswer, Secret};

/// Most entries that are sealed anew in one go: a step has to end long before a worker is stopped.
const STEP: usize = 500;

/// Makes a vault.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Make {
    /// The way in.
    pub with: Secret,
    /// The key of this device, if that is the way in.
    pub device: Option<String>,
    /// When (milliseconds since 1970).
    pub now: u64,
    /// Random.
    pub seed: String,
}

/// Opens a vault.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Enter {
    /// The header.
    pub header: String,
    /// The secret in hand.
    pub with: Secret,
    /// The key of this device, if that is the way in.
    pub device: Option<String>,
    /// Random.
    pub seed: String,
}

/// Changes the ways into an open vault: exactly one of the options.
#[derive(Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Ways {
    /// The header.
    pub header: String,
    /// The vault key.
    pub key: String,
    /// One way more.
    pub add: Option<Secret>,
    /// One way less: the place of its slot.
    pub remove: Option<usize>,
    /// The passphrase before and the one after.
    pub replace: Option<(String, String)>,
    /// A new vault key; kept are the ways that these secrets open.
    pub rotate: Option<Vec<Secret>>,
    /// The key of this device, if one of the ways is that.
    pub device: Option<String>,
    /// When (milliseconds since 1970).
    pub now: u64,
    /// Random.
    pub seed: String,
}

/// A header, a key, or both.
#[derive(Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Opening {
    /// The vault key.
    pub key: Option<String>,
    /// The header to be written.
    pub header: Option<String>,
    /// How many ways were lost with the old key, since their secrets were not in hand.
    pub dropped: usize,
    /// Why there is neither.
    pub fault: Option<Fault>,
}

/// What a tool needs that plans over the whole store: to go on with the change of the vault key, to join what was kept aside,
/// to compare the store with the sync area, to delete an account of a vault that is synced.
#[derive(Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Reseal {
    /// The header.
    pub header: String,
    /// The vault key.
    pub key: String,
    /// The whole store.
    pub store: StoreSnapshot,
    /// The whole sync area.
    pub area: StoreSnapshot,
    /// What the last answer about the sync area gave to be kept.
    pub note: Option<String>,
    /// A person said: what lies in the sync area and is not this vault's goes.
    pub replace: bool,
    /// The id of the account that is deleted.
    pub account: String,
    /// When (milliseconds since 1970).
    pub now: u64,
    /// Random.
    pub seed: String,
}

/// What to write: a name without a text goes.
#[derive(Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Resealed {
    /// The changes, in order; to be committed together.
    pub changes: Vec<(String, Option<String>)>,
    /// Is there more to do after these?
    pub more: bool,
    /// After that, names that go from the sync area.
    pub remove: Vec<String>,
    /// Then names and texts for the sync area, for one call.
    pub put: Vec<(String, String)>,
    /// Then what is to be kept where the sync area is not: JSON of [`Note`].
    pub note: Option<String>,
    /// Why nothing can be done.
    pub fault: Option<Fault>,
}

/// Compares both copies of the store and what was seen last.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Compare {
    /// The first copy; absent if it does not read.
    pub primary: Option<StoreSnapshot>,
    /// The second copy; absent if it does not read.
    pub copy: Option<StoreSnapshot>,
    /// The text of [`Seen`], if there is one.
    pub seen: Option<String>,
    /// A person said: go on with the older state.
    pub accept: bool,
}

/// What came out, and what to write: the first copy, then the second, then what was seen.
#[derive(Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Compared {
    /// [`Finding::code`].
    pub finding: String,
    /// What a person is told; nothing if all is well or mended.
    pub fault: Option<Fault>,
    /// May the vault be used?
    pub usable: bool,
    /// To the first copy.
    pub to_primary: Option<Writes>,
    /// To the second copy.
    pub to_copy: Option<Writes>,
    /// To be remembered as seen.
    pub seen: Option<String>,
}

/// All of `put` in one call, then `remove`.
#[derive(Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Writes {
    /// Names and texts.
    pub put: Vec<(String, String)>,
    /// Names that go.
    pub remove: Vec<String>,
}

impl From<Batch> for Writes {
    fn from(batch: Batch) -> Self {
        Self {
            put: batch.put,
            remove: batch.remove,
        }
    }
}

/// Runs one function. `None`: no such function, or the input is not what it takes.
#[must_use]
pub fn run(name: &str, input: &str) -> Option<String> {
    match name {
        "vault_create" => answer(input, create),
        "vault_unlock" => answer(input, unlock),
        "vault_ways" => answer(input, change),
        "vault_reseal" => answer(input, reseal),
        "vault_join" => answer(input, join),
        "vault_sync" => answer(input, synced),
        "vault_bury" => answer(input, bury),
        "vault_compare" => answer(input, |given| Ok::<_, Fault>(compare(given))),
        _ => None,
    }
}

fn create(make: Make) -> Result<Opening, Fault> {
    let mut random = random(&make.seed)?;
    let with = InHand::of(make.with, make.device.as_deref(), make.now)?;
    let (vault_key, vault_id) = (drawn(&mut random), drawn(&mut random));
    let (header, key) =
        Header::create_with(with.new_way(), Key::new(vault_key), vault_id, &mut random)?;
    Ok(Opening {
        key: Some(key.to_text().expose().to_owned()),
        header: Some(header.to_text()),
        ..Opening::default()
    })
}

fn unlock(enter: Enter) -> Result<Opening, Fault> {
    let header = Header::from_text(&enter.header)?;
    let with = InHand::of(enter.with, enter.device.as_deref(), 0)?;
    let (key, raised) = match &with {
        InHand::Passphrase(passphrase) => {
            header.unlock_raising(passphrase, Params::PRESENT, &mut random(&enter.seed)?)?
        }
        other => (header.unlock_with(&other.way())?.0, None),
    };
    Ok(Opening {
        key: Some(key.to_text().expose().to_owned()),
        header: raised.map(|header| header.to_text()),
        ..Opening::default()
    })
}

fn change(ways: Ways) -> Result<Opening, Fault> {
    let header = Header::from_text(&ways.header)?;
    let key = vault_key(&ways.key)?;
    let mut random = random(&ways.seed)?;
    let in_hand = |secret: &Secret| InHand::of(secret.clone(), ways.device.as_deref(), ways.now);
    let made = if let Some(secret) = &ways.add {
        header.add(&key, in_hand(secret)?.new_way(), &mut random)?
    } else if let Some(place) = ways.remove {
        header.remove(&key, place)?
    } else if let Some((old, new)) = &ways.replace {
        let (old, new) = (old.as_str().into(), new.as_str().into());
        header.change_passphrase(&key, &old, &new, Params::PRESENT, &mut random)?
    } else {
        let secrets = ways
            .rotate
            .iter()
            .flatten()
            .map(in_hand)
            .collect::<Result<Vec<_>, _>>()?;
        let hands: Vec<Way> = secrets.iter().map(InHand::way).collect();
        if let Some(first) = hands.first() {
            // One that opens nothing would be lost without a word, as long as another does.
            header.unlock_with(first)?;
        }
        let rotated = header.rotate(&key, &hands, Params::PRESENT, &mut random)?;
        return Ok(Opening {
            key: Some(rotated.ring.present().to_text().expose().to_owned()),
            header: Some(rotated.header.to_text()),
            dropped: rotated.dropped.len(),
            fault: None,
        });
    };
    Ok(Opening {
        header: Some(made.to_text()),
        ..Opening::default()
    })
}

fn reseal(given: Reseal) -> Result<Resealed, Fault> {
    let (header, ring) = opened(&given)?;
    let plan = rotation::plan(
        &header,
        &ring,
        &given.store,
        STEP,
        &mut random(&given.seed)?,
    )?;
    Ok(Resealed {
        // What is stuck under the previous key stays there, and readable.
        more: plan.left > 0 || (!plan.ends && !plan.changes.is_empty()),
        changes: pairs(plan.changes),
        ..Resealed::default()
    })
}

fn join(given: Reseal) -> Result<Resealed, Fault> {
    let (_, ring) = opened(&given)?;
    let changes = merge_asides(&ring, &given.store, &mut random(&given.seed)?)?;
    Ok(Resealed {
        changes: pairs(changes),
        ..Resealed::default()
    })
}

fn synced(given: Reseal) -> Result<Resealed, Fault> {
    let (header, ring) = opened(&given)?;
    // A note that cannot be read is from another version: only what it would have told is not told.
    let note = given.note.as_deref();
    let note: Note = note
        .and_then(|note| json::from_str(note).ok())
        .unwrap_or_default();
    let plan = sync::plan(
        &Given {
            header: &header,
            key: ring.present(),
            store: &given.store,
            area: &given.area,
            note: &note,
            replace: given.replace,
            now: given.now,
        },
        &mut random(&given.seed)?,
    )?;
    Ok(Resealed {
        changes: pairs(plan.changes),
        remove: plan.remove,
        put: plan.put,
        note: serde_json::to_string(&plan.note).ok(),
        ..Resealed::default()
    })
}

fn bury(given: Reseal) -> Result<Resealed, Fault> {
    let (_, ring) = opened(&given)?;
    let gone = || Fault::new("account_gone");
    let id = text::decode_exact::<16>(&given.account).ok_or_else(gone)?;
    let stored = given.store.get(&Entry::Account(id).name());
    let stored = stored
        .filter(|stored| !stored.is_empty())
        .ok_or_else(gone)?;
    let account = store::account_under(&ring, &id, stored)?;
    let mut changes = store::remove_account(&ring, &given.store, &account.username, account.realm);
    changes.push(sync::bury(
        ring.present(),
        &given.store,
        &account,
        given.now,
        &mut random(&given.seed)?,
    )?);
    Ok(Resealed {
        changes: pairs(changes),
        ..Resealed::default()
    })
}

fn opened(given: &Reseal) -> Result<(Header, KeyRing), Fault> {
    let header = Header::from_text(&given.header)?;
    let ring = header.key_ring(vault_key(&given.key)?)?;
    Ok((header, ring))
}

fn compare(given: Compare) -> Compared {
    fn reading(copy: Option<&StoreSnapshot>) -> Reading<'_> {
        copy.map_or(Reading::Unreadable, Reading::Read)
    }
    let seen = given.seen.as_deref().and_then(Seen::from_text);
    let mut primary = given.primary;
    let accepted = primary
        .as_mut()
        .filter(|_| given.accept)
        .and_then(|primary| {
            let batch = copies::accept(primary, seen)?;
            batch.apply(primary);
            Some(batch)
        });
    let found = copies::compare(
        reading(primary.as_ref()),
        reading(given.copy.as_ref()),
        seen,
    );
    Compared {
        finding: found.finding.code().to_owned(),
        fault: found.finding.fault(),
        usable: found.finding.is_usable() || found.finding == Finding::Fresh,
        to_primary: found.to_primary.or(accepted).map(Writes::from),
        to_copy: found.to_copy.map(Writes::from),
        seen: found.seen.map(|seen| seen.to_text()),
    }
}

fn pairs(changes: Vec<Change>) -> Vec<(String, Option<String>)> {
    let pair = |change| match change {
        Change::Put(name, stored) => (name, Some(stored)),
        Change::Remove(name) => (name, None),
    };
    changes.into_iter().map(pair).collect()
}

/// A secret as the vault takes it.
enum InHand {
    Passphrase(SecretText),
    Passkey(Passkey, Key),
    Device(Key, u64),
}

impl InHand {
    fn of(secret: Secret, device: Option<&str>, now: u64) -> Result<Self, Fault> {
        Ok(match secret {
            Secret::Passphrase(passphrase) => Self::Passphrase(passphrase.into()),
            Secret::Passkey(answer) => {
                let key = vault_key(&answer.secret)?;
                Self::Passkey(
                    passkey(answer, now).ok_or_else(|| Fault::new("bad_request"))?,
                    key,
                )
            }
            Secret::Device => Self::Device(vault_key(device.unwrap_or_default())?, now),
        })
    }

    fn new_way(&self) -> NewWay<'_> {
        match self {
            Self::Passphrase(passphrase) => NewWay::Passphrase(passphrase, Params::PRESENT),
            Self::Passkey(passkey, key) => NewWay::Passkey(passkey.clone(), key),
            Self::Device(key, now) => NewWay::Device(key, *now),
        }
    }

    fn way(&self) -> Way<'_> {
        match self {
            Self::Passphrase(passphrase) => Way::Passphrase(passphrase),
            Self::Passkey(passkey, secret) => Way::Passkey {
                credential: &passkey.credential,
                secret,
            },
            Self::Device(key, _) => Way::Device(key),
        }
    }
}

fn passkey(answer: PasskeyAnswer, added_at: u64) -> Option<Passkey> {
    Some(Passkey {
        credential: text::decode(&answer.credential, crate::vault::slot::MAX_CREDENTIAL).ok()?,
        rp_id: answer.rp_id,
        salt: text::decode_exact(&answer.salt)?,
        added_at,
    })
}

fn vault_key(stored: &str) -> Result<Key, Fault> {
    Key::from_text(&stored.into()).ok_or_else(|| ChangeError::WrongKey.into())
}

fn random(seed: &str) -> Result<impl FnMut(&mut [u8]) + use<>, Fault> {
    let seed = text::decode_exact::<32>(seed).ok_or_else(|| Fault::new("bad_request"))?;
    let mut generator = ChaCha20Rng::from_seed(seed);
    Ok(move |into: &mut [u8]| generator.fill_bytes(into))
}
