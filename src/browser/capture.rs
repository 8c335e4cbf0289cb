//! From a text to the vault: what every source of a token ends in.

use crate::browser::keeper::{Keeper, Taken, environment_of};
use crate::browser::shell::Shell;
use crate::guide::flow::Step;
use crate::recognise::capture::{Found, Known, Reason, Source as Evidence, judge};
use crate::recognise::host::Host;
use crate::vault::history::{CLOCKS_APART, Source};
use crate::vault::review::Caught;
use crate::vault::secret::SecretText;
use crate::wire::errors::Fault;
use crate::wire::messages::ShownText;
use crate::wire::views::Realm;

/// A text that may hold a token, and where it stood.
pub struct Reading<'a> {
    /// The kind of evidence.
    pub evidence: Evidence<'a>,
    /// How it came to us.
    pub source: Source,
    /// The text.
    pub text: &'a ShownText,
    /// A host name, or `paste`.
    pub origin: &'a str,
    /// Sender of the mail, for a person to see.
    pub sender: Option<&'a str>,
    /// When the mail was sent, where that is known (milliseconds since 1970).
    pub sent_at: Option<u64>,
    /// What a mail file says of its own authenticity.
    pub auth: &'a str,
    /// The genuine host of the page, for a page.
    pub host: Option<&'a Host>,
    /// The user who signed in on the tab, for a page.
    pub signed_in: Option<&'a str>,
}

/// Judges a text and takes in every token in it. Gives what became of each.
pub async fn take_tokens<S: Shell>(
    keeper: &mut Keeper<'_, S>,
    reading: &Reading<'_>,
) -> Result<Vec<Taken>, Fault> {
    let flow = keeper
        .session
        .flow
        .as_ref()
        .filter(|flow| flow.step != Step::Done);
    let flow_started = flow.map_or(0, |flow| flow.started);
    let flow_user = flow.map(|flow| (flow.username.clone(), flow.realm));
    // On a page the signed-in user decides; elsewhere the guide's own.
    let expected = reading
        .signed_in
        .map(str::to_owned)
        .or_else(|| flow_user.as_ref().map(|(name, _)| name.clone()));
    // Who signed in on a genuine page of this session is known as well as who is in the vault.
    let mut users = keeper.usernames();
    users.extend(
        keeper
            .session
            .tabs
            .iter()
            .filter_map(|note| note.username.clone()),
    );
    let known = Known {
        expected: expected.as_deref(),
        users: &users,
        sealed: matches!(keeper.vault, super::keeper::Vault::Locked(_)),
    };
    let found = judge(&reading.evidence, reading.text, &known);
    let now = keeper.shell.now();
    let mut taken = vec![];
    let mut failed = None;
    let mut awaited = false;
    for Found {
        token,
        username,
        reasons,
    } in found
    {
        // What was sent before the guide began is not what it waits for.
        let too_old = reading
            .sent_at
            .is_some_and(|sent| sent.saturating_add(CLOCKS_APART) < flow_started);
        let named = !too_old
            && flow_user
                .as_ref()
                .is_some_and(|(name, _)| username.as_ref() == Some(name));
        let realm = realm_of(keeper, reading, username.as_deref(), flow_user.as_ref());
        let caught = Caught {
            token: SecretText::new(token),
            expected: username
                .as_ref()
                .is_some_and(|name| Some(name) == expected.as_ref() || users.contains(name)),
            username,
            realm,
            environment: reading
                .host
                .map_or_else(|| environment_of(realm), |host| host.environment),
            source: reading.source,
            origin: reading.origin.to_owned(),
            sender: reading.sender.map(str::to_owned),
            reasons: reasons
                .into_iter()
                .map(Reason::code)
                .map(str::to_owned)
                .collect(),
            at: now,
            sent_at: reading.sent_at,
            auth: reading.auth.to_owned(),
        };
        match keeper.take(caught).await {
            Ok(what) => {
                awaited |= match what {
                    // Sealed while locked, it is the awaited one if it names the awaited user; the review at unlock decides the rest.
                    Taken::Kept(_) | Taken::Sealed => named,
                    // Kept a moment ago, by a worker that died before the guide knew.
                    Taken::Known(_) | Taken::Again => has_new_token(keeper),
                    Taken::Review | Taken::Waiting | Taken::Older => false,
                };
                taken.push(what);
            }
            Err(fault) => failed = Some(fault),
        }
    }
    if awaited {
        super::flows::token_kept(keeper).await;
    }
    if let Some(code) = notice(&taken) {
        keeper.notice(code);
    }
    failed.map_or(Ok(taken), Err)
}

/// Has the guide's user a live token although the guide saw the one before it die?
fn has_new_token<S: Shell>(keeper: &Keeper<'_, S>) -> bool {
    let flow = keeper
        .session
        .flow
        .as_ref()
        .filter(|flow| flow.old_token_died());
    flow.is_some_and(|flow| keeper.has_live_token(&flow.username, flow.realm))
}

fn notice(taken: &[Taken]) -> Option<&'static str> {
    let best = taken.iter().max_by_key(|what| match what {
        Taken::Review => 5,
        Taken::Kept(_) => 4,
        Taken::Waiting => 3,
        Taken::Sealed => 2,
        Taken::Older => 1,
        Taken::Known(_) | Taken::Again => 0,
    })?;
    Some(match best {
        Taken::Kept(_) => "token_kept",
        Taken::Review => "token_review",
        Taken::Waiting => "token_waiting",
        Taken::Sealed => "token_sealed",
        Taken::Older => "token_older",
        Taken::Known(_) | Taken::Again => "token_known",
    })
}

/// The realm of a token: the page's own, the guide's, that of the one account of this name, or a guess
/// from the user name (sandboxes append their name to it, which cannot be told from a domain: live).
fn realm_of<S: Shell>(
    keeper: &Keeper<'_, S>,
    reading: &Reading<'_>,
    username: Option<&str>,
    flow: Option<&(String, Realm)>,
) -> Realm {
    if let Some(host) = reading.host {
        return host.realm;
    }
    let Some(username) = username else {
        return flow.map_or(Realm::Live, |(_, realm)| *realm);
    };
    if let Some((_, realm)) = flow.filter(|(name, _)| name == username) {
        return *realm;
    }
    keeper
        .open_all()
        .ok()
        .and_then(|opened| {
            opened
                .accounts
                .into_iter()
                .find(|(_, account)| account.username == username)
                .map(|(_, account)| account.realm)
        })
        .unwrap_or(Realm::Live)
}
