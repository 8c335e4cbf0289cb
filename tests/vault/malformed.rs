//! One file for each way in which stored text can be wrong, named by the rule that it breaks.
//!
//! A file has lines `name: value`: `kind` (which reader), `expect` (the stable code), optionally
//! `at_least` (the lowest generation accepted), and `text`. Where a key is needed it is 32 times 07;
//! ids are 16 times 1d; the account is ada@example.com of the live realm; the passphrase of the
//! headers is [`PASSPHRASE`], their device key 32 times de, the answer of their passkey 32 times 9a and
//! its credential ID 20 times c1.

use std::collections::{BTreeMap, BTreeSet};

use token_keeper::vault::envelope::{self, Binding, Expect, Namespace};
use token_keeper::vault::inbox;
use token_keeper::vault::kdf::Params;
use token_keeper::vault::keys::{self, CreateRandom, Header};
use token_keeper::vault::manifest;
use token_keeper::vault::records::Account;
use token_keeper::vault::secret::Key;
use token_keeper::vault::slot::{NewWay, Passkey, Way};
use token_keeper::vault::store::{Change, StoreSnapshot};
use token_keeper::vault::text;
use token_keeper::wire::views::Realm;

use crate::raw;

/// Name, expected error, and what is done to the bytes.
type Edit = (&'static str, &'static str, fn(&mut Vec<u8>));

const PASSPHRASE: &str = "correct horse battery";
const SECRET: [u8; 32] = [7; 32];
const ID: [u8; 16] = [0x1d; 16];
const ACCOUNT: (u8, &str) = (2, "account");

#[test]
fn every_file_is_refused_for_its_reason() {
    let mut codes = BTreeSet::new();
    let mut names = BTreeSet::new();
    for file in std::fs::read_dir(crate::vectors().join("malformed")).unwrap() {
        let path = file.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        let content = std::fs::read_to_string(&path).unwrap();
        let fields: BTreeMap<_, _> = content
            .lines()
            .filter_map(|line| line.split_once(": "))
            .collect();
        let at_least = fields
            .get("at_least")
            .map_or(0, |number| number.parse().unwrap());
        let found = read(fields["kind"], fields.get("text").unwrap_or(&""), at_least);
        assert_eq!(found, fields["expect"], "{name}");
        codes.insert(found);
        names.insert(name);
    }
    // A file that goes missing, and a rule that has no file, both show.
    let made: BTreeSet<_> = cases()
        .into_iter()
        .map(|case| case.name.to_owned())
        .collect();
    assert_eq!(names, made);
    let rules = [
        "too_short",
        "not_canonical",
        "bad_magic",
        "unknown_version",
        "unknown_suite",
        "wrong_namespace",
        "wrong_id",
        "wrong_key",
        "damaged",
        "bad_padding",
        "stale",
        "manifest_missing",
        "header_bad_magic",
        "header_unknown_version",
        "header_unknown_slot",
        "header_damaged",
        "header_not_canonical",
        "kdf_too_weak",
        "kdf_too_costly",
        "wrong_passphrase",
        "record_too_new",
        "record_malformed",
        "record_too_large",
    ];
    assert_eq!(codes, BTreeSet::from(rules));
}

#[test]
#[ignore = "writes the files: for new rules; an existing file must not change"]
fn write_the_files() {
    for Case {
        name,
        kind,
        expect,
        at_least,
        text,
    } in cases()
    {
        let at_least = at_least.map_or(String::new(), |number| format!("at_least: {number}\n"));
        let content = format!("kind: {kind}\nexpect: {expect}\n{at_least}text: {text}\n");
        std::fs::write(
            crate::vectors()
                .join("malformed")
                .join(name)
                .with_extension("txt"),
            content,
        )
        .unwrap();
    }
}

/// Reads as the vault does, and gives the code of the refusal.
fn read(kind: &str, stored: &str, at_least: u64) -> &'static str {
    let key = Key::new(SECRET);
    let expect = |namespace| Expect {
        namespace,
        id: ID,
        at_least,
    };
    let opened = match kind {
        "envelope" => envelope::from_text(stored)
            .and_then(|bytes| envelope::open(&key, &expect(Namespace::Account), &bytes))
            .map_or_else(|error| Err(error.code()), |_| Ok(())),
        "inbox" => envelope::from_text(stored)
            .and_then(|bytes| inbox::open(&key, &expect(Namespace::Inbox), &bytes))
            .map_or_else(|error| Err(error.code()), |_| Ok(())),
        "account" => Account::open(&key, &ada(&key), &envelope::from_text(stored).unwrap())
            .map_or_else(|error| Err(error.code()), |_| Ok(())),
        "header" => Header::from_text(stored).map_or_else(|error| Err(error.code()), |_| Ok(())),
        "unlock" => Header::from_text(stored)
            .unwrap()
            .unlock(&PASSPHRASE.into())
            .map_or_else(|error| Err(error.code()), |_| Ok(())),
        "manifest" => {
            let store = StoreSnapshot::from([
                ("vault".to_owned(), "any".to_owned()),
                (manifest::NAME.to_owned(), stored.to_owned()),
            ]);
            manifest::commit(&store, &[]).map_or_else(|error| Err(error.code()), |_| Ok(()))
        }
        "device" => Header::from_text(stored)
            .unwrap()
            .unlock_with(&Way::Device(&Key::new([0xde; 32])))
            .map_or_else(|error| Err(error.code()), |_| Ok(())),
        "passkey" => Header::from_text(stored)
            .unwrap()
            .unlock_with(&Way::Passkey {
                credential: &[0xc1; 20],
                secret: &Key::new([0x9a; 32]),
            })
            .map_or_else(|error| Err(error.code()), |_| Ok(())),
        other => panic!("{other} is no kind"),
    };
    opened.expect_err("a malformed file opened")
}

struct Case {
    name: &'static str,
    kind: &'static str,
    expect: &'static str,
    at_least: Option<u64>,
    text: String,
}

fn ada(key: &Key) -> [u8; 16] {
    keys::account_id(key, "ada@example.com", Realm::Live)
}

/// How a case is added: name, kind, expected error, bytes.
type Add<'a> = &'a mut dyn FnMut(&'static str, &'static str, &'static str, Vec<u8>);

/// A header of version 2 with a slot of every kind. Offsets: 64 passphrase (183 bytes), 247 passkey,
/// 467 device (163 bytes), 630 the key before.
fn header() -> Vec<u8> {
    let random = CreateRandom {
        vault_key: SECRET,
        vault_id: ID,
        salt: [3; 16],
        nonce: [4; 24],
    };
    let mut counting = {
        let mut next = 0x40_u8;
        move |into: &mut [u8]| {
            next += 1;
            into.fill(next);
        }
    };
    let passphrase = PASSPHRASE.into();
    let (header, key) = Header::create(&passphrase, Params::FLOOR, &random).unwrap();
    let (answer, device) = (Key::new([0x9a; 32]), Key::new([0xde; 32]));
    let credential = [0xc1; 20];
    let passkey = Passkey {
        credential: credential.into(),
        rp_id: "rp".into(),
        salt: [0x5b; 32],
        added_at: 1,
    };
    let header = header
        .add(&key, NewWay::Passkey(passkey, &answer), &mut counting)
        .unwrap();
    let header = header
        .add(&key, NewWay::Device(&device, 2), &mut counting)
        .unwrap();
    let ways = [
        Way::Passphrase(&passphrase),
        Way::Passkey {
            credential: &credential,
            secret: &answer,
        },
        Way::Device(&device),
    ];
    let rotated = header
        .rotate(&key, &ways, Params::FLOOR, &mut counting)
        .unwrap();
    rotated.header.encode()
}

/// A manifest with two ancestors: 60 bytes, 16 of ancestors, 8 of digest.
fn add_manifests(add: Add) {
    let header = text::encode(&header());
    let mut store = StoreSnapshot::new();
    for _ in 0..3 {
        let change = Change::Put("vault".to_owned(), header.clone());
        manifest::commit(&store, &[change])
            .unwrap()
            .apply(&mut store);
    }
    let manifest = text::decode(&store[manifest::NAME], 1000).unwrap();
    assert_eq!((manifest.len(), manifest[5]), (84, 2));
    let edits: [Edit; 8] = [
        ("manifest_magic_flipped", "manifest_missing", |b| b[0] ^= 1),
        ("manifest_version_0", "manifest_missing", |b| b[4] = 0),
        ("manifest_version_2", "manifest_missing", |b| b[4] = 2),
        ("manifest_ancestor_missing", "manifest_missing", |b| {
            b[5] = 3
        }),
        ("manifest_ancestor_too_many", "manifest_missing", |b| {
            b[5] = 1
        }),
        ("manifest_33_ancestors", "manifest_missing", |b| {
            b[5] = 33;
            b.splice(60..76, [0; 33 * 8]);
        }),
        ("manifest_reserved_used", "manifest_missing", |b| b[7] = 1),
        ("manifest_trailing_byte", "manifest_missing", |b| {
            b.insert(76, 0)
        }),
    ];
    for (name, expect, spoil) in edits {
        let mut bytes = manifest.clone();
        spoil(&mut bytes);
        add(name, "manifest", expect, raw::with_digest(&bytes));
    }
    let mut rotten = manifest.clone();
    rotten[40] ^= 1;
    let cut = manifest[..70].to_vec();
    for (name, bytes) in [
        ("manifest_count_rotten", rotten),
        ("manifest_cut", cut),
        ("manifest_empty", Vec::new()),
    ] {
        add(name, "manifest", "manifest_missing", bytes);
    }
}

/// A header of version 1: its slot is at 64. No program writes it any more.
const HEADER_V1: &str = "VEtWSAEBAAAdHR0dHR0dHR0dHR0dHR0dAAAAAAAAAAFOo65pMODxzdCA9YD0JBYDZ2OcZSTA7x6aVQyl9291NQEAtAMDAwMDAwMDAwMDAwMDAwMAAEwAAAAAAgAAAAFUS0VWAQEBAB0dHR0dHR0dHR0dHR0dHR0AAAAAAAAAAQKVcTGLeRX8cKL2Ee7pe5wEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQOsdQiBcOF_f26rfZZkPpxGB8rUrXQLVqLmVBBByhchVPT4qSlrxX1mC-SyyfNuxTWXgP6AN1uF6Ls3PIRQYBIZE3LFj8lhlu8S3XgEfk9Tx8lp-yZMkuasKSCY7RqnliJ9UhPEF7nd2riLPRm9_DeO1eNukXD0_0";

fn add_headers_v1(add: Add) {
    let header = text::decode(HEADER_V1, 1000).unwrap();
    assert!(
        Header::decode(&header)
            .unwrap()
            .unlock(&PASSPHRASE.into())
            .is_ok()
    );
    let edits: [Edit; 10] = [
        ("header_no_slots", "header_not_canonical", |b| b[5] = 0),
        ("header_slot_missing", "header_not_canonical", |b| b[5] = 2),
        ("header_nine_slots", "header_not_canonical", |b| b[5] = 9),
        ("header_reserved_used", "header_not_canonical", |b| b[7] = 1),
        ("header_slot_length_wrong", "header_not_canonical", |b| {
            b[66] -= 1
        }),
        ("header_byte_behind_slots", "header_not_canonical", |b| {
            b.insert(247, 0)
        }),
        ("header_memory_below_floor", "kdf_too_weak", |b| {
            b[83..87].copy_from_slice(&19_455_u32.to_be_bytes())
        }),
        ("header_one_pass", "kdf_too_weak", |b| b[90] = 1),
        ("header_memory_4_tib", "kdf_too_costly", |b| b[83] = 0xff),
        ("header_eleven_passes", "kdf_too_costly", |b| b[90] = 11),
    ];
    for (name, expect, spoil) in edits {
        let mut bytes = header.clone();
        spoil(&mut bytes);
        add(name, "header", expect, raw::with_digest(&bytes));
    }
    let rotten = |at: usize, flip: u8| {
        let mut bytes = header.clone();
        bytes[at] ^= flip;
        bytes
    };
    add(
        "header_magic_flipped",
        "header",
        "header_bad_magic",
        rotten(0, 1),
    );
    add(
        "header_salt_rotten",
        "header",
        "header_damaged",
        rotten(67, 1),
    );
    add(
        "header_digest_rotten",
        "header",
        "header_damaged",
        rotten(header.len() - 1, 1),
    );
    add("header_empty", "header", "header_damaged", Vec::new());
    add(
        "header_cut",
        "header",
        "header_damaged",
        header[..200].to_vec(),
    );
    for (name, expect, at) in [
        ("unlock_vault_id_forged", "header_damaged", 8),
        ("unlock_generation_forged", "header_damaged", 31),
        ("unlock_public_key_forged", "header_damaged", 32),
        ("unlock_wrap_forged", "header_damaged", 200),
        ("unlock_mac_forged", "header_damaged", 250),
        ("unlock_salt_forged", "wrong_passphrase", 67),
    ] {
        add(name, "unlock", expect, raw::with_digest(&rotten(at, 1)));
    }

    let edits: [Edit; 3] = [
        ("header_v1_slot_passkey", "header_not_canonical", |b| {
            b[64] = 2
        }),
        ("header_v1_previous_key", "header_not_canonical", |b| {
            b[6] = 1
        }),
        ("header_v1_reserved_used", "header_not_canonical", |b| {
            b[7] = 1
        }),
    ];
    for (name, expect, spoil) in edits {
        let mut bytes = header.clone();
        spoil(&mut bytes);
        add(name, "header", expect, raw::with_digest(&bytes));
    }
    // Well-formed slots of version 2 in a header that says version 1.
    let mut downgraded = self::header()[..630].to_vec();
    downgraded[4] = 1;
    downgraded[6] = 0;
    downgraded.extend([0; 40]);
    add(
        "header_v1_slots_of_v2",
        "header",
        "header_unknown_slot",
        raw::with_digest(&downgraded),
    );
}

fn add_headers(add: Add) {
    let header = header();
    assert_eq!(
        (header[64], header[247], header[467], header.len()),
        (1, 2, 3, 822)
    );
    assert!(Header::decode(&header).is_ok());
    let edits: [Edit; 25] = [
        ("header2_no_slots", "header_not_canonical", |b| b[5] = 0),
        ("header2_slot_missing", "header_not_canonical", |b| b[5] = 2),
        ("header2_slot_too_many", "header_unknown_slot", |b| b[5] = 4),
        ("header2_nine_slots", "header_not_canonical", |b| b[5] = 9),
        ("header2_two_previous_keys", "header_not_canonical", |b| {
            b[6] = 2
        }),
        ("header2_previous_key_denied", "header_not_canonical", |b| {
            b[6] = 0
        }),
        ("header2_previous_key_cut", "header_not_canonical", |b| {
            b.drain(700..710);
        }),
        ("header2_reserved_used", "header_not_canonical", |b| {
            b[7] = 1
        }),
        ("header2_version_0", "header_not_canonical", |b| b[4] = 0),
        ("header2_slot_length_wrong", "header_not_canonical", |b| {
            b[66] -= 1
        }),
        ("header2_byte_behind_slots", "header_not_canonical", |b| {
            b.insert(782, 0)
        }),
        ("header2_slot_of_kind_0", "header_unknown_slot", |b| {
            b[64] = 0
        }),
        ("header2_slot_of_kind_4", "header_unknown_slot", |b| {
            b[64] = 4
        }),
        (
            "header2_passphrase_as_passkey",
            "header_not_canonical",
            |b| b[64] = 2,
        ),
        (
            "header2_device_as_passphrase",
            "header_not_canonical",
            |b| b[467] = 1,
        ),
        ("header2_device_without_wrap", "header_not_canonical", |b| {
            b[468..470].copy_from_slice(&8_u16.to_be_bytes());
            b.drain(478..630);
        }),
        ("header2_passkey_rp_id_empty", "header_not_canonical", |b| {
            b[248..250].copy_from_slice(&(217_u16 - 2).to_be_bytes());
            b[290] = 0;
            b.drain(291..293);
        }),
        ("header2_passkey_rp_id_upper", "header_not_canonical", |b| {
            b[291] = b'R'
        }),
        (
            "header2_passkey_rp_id_not_text",
            "header_not_canonical",
            |b| b[291] = 0xff,
        ),
        (
            "header2_passkey_rp_id_longer",
            "header_not_canonical",
            |b| b[290] = 3,
        ),
        (
            "header2_passkey_credential_empty",
            "header_not_canonical",
            |b| {
                b[248..250].copy_from_slice(&(217_u16 - 20).to_be_bytes());
                b[293..295].copy_from_slice(&[0, 0]);
                b.drain(295..315);
            },
        ),
        (
            "header2_passkey_credential_longer",
            "header_not_canonical",
            |b| b[294] += 1,
        ),
        ("header2_memory_below_floor", "kdf_too_weak", |b| {
            b[83..87].copy_from_slice(&19_455_u32.to_be_bytes())
        }),
        ("header2_one_pass", "kdf_too_weak", |b| b[90] = 1),
        ("header2_eleven_passes", "kdf_too_costly", |b| b[90] = 11),
    ];
    for (name, expect, spoil) in edits {
        let mut bytes = header.clone();
        spoil(&mut bytes);
        add(name, "header", expect, raw::with_digest(&bytes));
    }
    let mut dear = header.clone();
    dear[83] = 0xff;
    add(
        "header2_memory_4_tib",
        "header",
        "kdf_too_costly",
        raw::with_digest(&dear),
    );
    // Two slots that are dear enough for one each, and too dear for a wrong passphrase together.
    let mut twice = header[..247].to_vec();
    twice[5] = 2;
    twice[6] = 0;
    twice[83..87].copy_from_slice(&(256_u32 * 1024).to_be_bytes());
    twice[90] = 6;
    twice.extend_from_within(64..247);
    twice.extend([0; 40]);
    add(
        "header2_slots_together_too_costly",
        "header",
        "kdf_too_costly",
        raw::with_digest(&twice),
    );

    let rotten = |at: usize, flip: u8| {
        let mut bytes = header.clone();
        bytes[at] ^= flip;
        bytes
    };
    add(
        "header2_magic_flipped",
        "header",
        "header_bad_magic",
        rotten(0, 1),
    );
    add(
        "header2_version_3",
        "header",
        "header_unknown_version",
        rotten(4, 1),
    );
    add(
        "header2_salt_rotten",
        "header",
        "header_damaged",
        rotten(67, 1),
    );
    add(
        "header2_digest_rotten",
        "header",
        "header_damaged",
        rotten(header.len() - 1, 1),
    );
    add("header_empty", "header", "header_damaged", Vec::new());
    add(
        "header2_cut",
        "header",
        "header_damaged",
        header[..200].to_vec(),
    );
    for (name, expect, at) in [
        ("unlock2_vault_id_forged", "header_damaged", 8),
        ("unlock2_generation_forged", "header_damaged", 31),
        ("unlock2_public_key_forged", "header_damaged", 32),
        ("unlock2_wrap_forged", "header_damaged", 200),
        ("unlock2_mac_forged", "header_damaged", 790),
        ("unlock2_salt_forged", "wrong_passphrase", 67),
        ("unlock2_passkey_credential_forged", "header_damaged", 300),
        ("unlock2_device_wrap_forged", "header_damaged", 600),
        ("unlock2_previous_key_forged", "header_damaged", 700),
    ] {
        add(name, "unlock", expect, raw::with_digest(&rotten(at, 1)));
    }
    for (name, expect, at) in [
        ("device_added_at_forged", "header_damaged", 477),
        ("device_wrap_forged", "header_damaged", 600),
        ("device_wrap_for_other_key", "wrong_key", 515),
    ] {
        add(name, "device", expect, raw::with_digest(&rotten(at, 1)));
    }
    for (name, expect, at) in [
        ("passkey_rp_id_forged", "header_damaged", 291),
        ("passkey_salt_forged", "header_damaged", 270),
        ("passkey_credential_forged", "wrong_key", 300),
        ("passkey_wrap_forged", "header_damaged", 440),
    ] {
        add(name, "passkey", expect, raw::with_digest(&rotten(at, 1)));
    }
}

fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    let mut add = |name, kind, expect, bytes: Vec<u8>| {
        cases.push(Case {
            name,
            kind,
            expect,
            at_least: None,
            text: text::encode(&bytes),
        });
    };

    let sealed = raw::envelope(
        SECRET,
        ACCOUNT,
        ID,
        4,
        [9; 24],
        &raw::padded(b"plain words"),
    );
    let edits: [Edit; 19] = [
        ("envelope_empty", "too_short", |b| b.clear()),
        ("envelope_preamble_cut", "too_short", |b| b.truncate(47)),
        ("envelope_nonce_cut", "too_short", |b| b.truncate(60)),
        ("envelope_without_ciphertext", "too_short", |b| {
            b.truncate(88)
        }),
        ("envelope_tag_cut", "not_canonical", |b| b.truncate(151)),
        ("envelope_trailing_byte", "not_canonical", |b| b.push(0)),
        ("envelope_trailing_block", "damaged", |b| b.extend([0; 64])),
        ("envelope_magic_of_inbox", "bad_magic", |b| {
            b[2..4].copy_from_slice(b"IN")
        }),
        ("envelope_version_0", "unknown_version", |b| b[4] = 0),
        ("envelope_version_2", "unknown_version", |b| b[4] = 2),
        ("envelope_suite_2", "unknown_suite", |b| b[5] = 2),
        ("envelope_namespace_review", "wrong_namespace", |b| b[6] = 3),
        ("envelope_reserved_used", "not_canonical", |b| b[7] = 1),
        ("envelope_id_flipped", "wrong_id", |b| b[8] ^= 1),
        ("envelope_generation_raised", "damaged", |b| b[31] += 1),
        ("envelope_key_check_flipped", "wrong_key", |b| b[32] ^= 1),
        ("envelope_nonce_flipped", "damaged", |b| b[48] ^= 1),
        ("envelope_ciphertext_flipped", "damaged", |b| b[72] ^= 1),
        ("envelope_tag_flipped", "damaged", |b| b[151] ^= 1),
    ];
    for (name, expect, spoil) in edits {
        let mut bytes = sealed.clone();
        spoil(&mut bytes);
        add(name, "envelope", expect, bytes);
    }
    let other_key = raw::envelope(
        [8; 32],
        ACCOUNT,
        ID,
        4,
        [9; 24],
        &raw::padded(b"plain words"),
    );
    add("envelope_other_key", "envelope", "wrong_key", other_key);
    let review_key = raw::envelope(
        SECRET,
        (2, "review"),
        ID,
        4,
        [9; 24],
        &raw::padded(b"plain words"),
    );
    add(
        "envelope_key_of_other_namespace",
        "envelope",
        "damaged",
        review_key,
    );
    let mut mark_twice = raw::padded(b"plain words");
    mark_twice[63] = 1;
    let mut block_too_many = raw::padded(b"plain words");
    block_too_many.extend([0; 64]);
    for (name, padded) in [
        ("envelope_padding_without_mark", vec![0; 64]),
        ("envelope_padding_with_other_byte", mark_twice),
        ("envelope_padding_block_too_many", block_too_many),
    ] {
        add(
            name,
            "envelope",
            "bad_padding",
            raw::envelope(SECRET, ACCOUNT, ID, 4, [9; 24], &padded),
        );
    }

    let binding = Binding {
        namespace: Namespace::Inbox,
        id: ID,
        generation: 1,
    };
    let item = inbox::seal(
        &inbox::public_key(&Key::new(SECRET)),
        &binding,
        b"plain words",
        [3; 32],
    )
    .unwrap();
    let edits: [Edit; 7] = [
        ("inbox_encapsulated_key_cut", "too_short", |b| {
            b.truncate(79)
        }),
        ("inbox_magic_of_envelope", "bad_magic", |b| {
            b[2..4].copy_from_slice(b"EV")
        }),
        ("inbox_recipient_flipped", "wrong_key", |b| b[32] ^= 1),
        ("inbox_encapsulated_key_flipped", "damaged", |b| b[48] ^= 1),
        ("inbox_encapsulated_key_high_bit", "damaged", |b| {
            b[79] ^= 0x80
        }),
        ("inbox_encapsulated_key_zero", "damaged", |b| {
            b[48..80].fill(0)
        }),
        ("inbox_tag_flipped", "damaged", |b| {
            *b.last_mut().unwrap() ^= 1
        }),
    ];
    for (name, expect, spoil) in edits {
        let mut bytes = item.clone();
        spoil(&mut bytes);
        add(name, "inbox", expect, bytes);
    }

    add_headers_v1(&mut add);
    add_headers(&mut add);
    add_manifests(&mut add);

    let account = |json: &str, generation| {
        let id = ada(&Key::new(SECRET));
        raw::envelope(
            SECRET,
            ACCOUNT,
            id,
            generation,
            [9; 24],
            &raw::padded(json.as_bytes()),
        )
    };
    let good = r#"{"v":1,"u":"ada@example.com","r":1,"e":1,"h":[],"l":"","t":[{"n":1,"t":"QQ","c":1,"s":1,"d":{"y":3,"a":2}},{"n":2,"t":"Qg","c":2,"s":1}],"w":2}"#;
    assert!(
        Account::open(
            &Key::new(SECRET),
            &ada(&Key::new(SECRET)),
            &account(good, 2)
        )
        .is_ok()
    );
    for (name, expect, from, to) in [
        (
            "account_version_2",
            "record_too_new",
            r#""v":1"#,
            r#""v":2,"new":{}"#,
        ),
        (
            "account_version_0",
            "record_malformed",
            r#""v":1"#,
            r#""v":0"#,
        ),
        (
            "account_unknown_field",
            "record_malformed",
            r#""v":1"#,
            r#""v":1,"new":{}"#,
        ),
        (
            "account_field_twice",
            "record_malformed",
            r#""w":2"#,
            r#""w":2,"w":2"#,
        ),
        (
            "account_field_missing",
            "record_malformed",
            r#""l":"","#,
            "",
        ),
        (
            "account_unknown_realm",
            "record_malformed",
            r#""r":1"#,
            r#""r":6"#,
        ),
        (
            "account_unknown_source",
            "record_malformed",
            r#""s":1,"#,
            r#""s":5,"#,
        ),
        (
            "account_of_other_realm",
            "record_malformed",
            r#""r":1"#,
            r#""r":2"#,
        ),
        ("account_of_other_name", "record_malformed", "ada@", "eve@"),
        (
            "account_other_generation",
            "record_malformed",
            r#""w":2"#,
            r#""w":3"#,
        ),
        (
            "account_two_live_tokens",
            "record_malformed",
            r#","d":{"y":3,"a":2}"#,
            "",
        ),
        (
            "account_numbers_not_ascending",
            "record_malformed",
            r#""n":2"#,
            r#""n":1"#,
        ),
        (
            "account_token_empty",
            "record_malformed",
            r#""Qg""#,
            r#""""#,
        ),
        (
            "account_token_not_canonical",
            "record_malformed",
            r#""Qg""#,
            r#""Qh""#,
        ),
        (
            "account_token_not_utf8",
            "record_malformed",
            r#""Qg""#,
            r#""_w""#,
        ),
        (
            "account_trailing_json",
            "record_malformed",
            r#""w":2}"#,
            r#""w":2}{}"#,
        ),
    ] {
        let json = good.replacen(from, to, 1);
        assert_ne!(json, good, "{name}");
        add(name, "account", expect, account(&json, 2));
    }
    let label = good.replacen(r#""l":"""#, &format!(r#""l":"{}""#, "l".repeat(101)), 1);
    add(
        "account_label_too_long",
        "account",
        "record_too_large",
        account(&label, 2),
    );
    let hosts = good.replacen(
        r#""h":[]"#,
        &format!(r#""h":["h"{}]"#, r#","h""#.repeat(20)),
        1,
    );
    add(
        "account_too_many_hosts",
        "account",
        "record_too_large",
        account(&hosts, 2),
    );

    let whole = text::encode(&sealed);
    cases.push(Case {
        name: "envelope_older_than_seen",
        kind: "envelope",
        expect: "stale",
        at_least: Some(5),
        text: whole.clone(),
    });
    for (name, text) in [
        ("text_padded", format!("{whole}=")),
        ("text_standard_alphabet", format!("+{}", &whole[1..])),
        (
            "text_with_space",
            format!("{} {}", &whole[..8], &whole[8..]),
        ),
        ("text_stray_bits", "VEtFVh".to_owned()),
    ] {
        cases.push(Case {
            name,
            kind: "envelope",
            expect: "not_canonical",
            at_least: None,
            text,
        });
    }
    cases
}
