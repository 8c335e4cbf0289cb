//! What happens when a page or a mail reports itself.

use crate::browser::capture::{Reading, take_tokens};
use crate::browser::flows;
use crate::browser::keeper::Keeper;
use crate::browser::link;
use crate::browser::shell::Shell;
use crate::guide::flow::{Change, Event, PageSeen, Reset, Step, Trouble};
use crate::guide::plan::Document;
use crate::recognise::capture::Source as Evidence;
use crate::recognise::classify::{PageKind, Unknown, classify};
use crate::recognise::code;
use crate::recognise::host::{Host, Origin, Purpose};
use crate::recognise::mail::{is_salesforce_sender, provider_of};
use crate::recognise::text::{clean, is_username};
use crate::vault::history::{Source, Why};
use crate::wire::messages::{MailReading, PageFacts};
use crate::wire::senders::ContentSender;

/// How long after a person sent a new password the next page counts as its answer (milliseconds).
const CHANGING: u64 = 60_000;

/// Can a guided reset start on this host?
#[must_use]
pub fn can_start(host: &Host) -> bool {
    host.shows_login() || matches!(host.purpose, Purpose::Setup | Purpose::Lightning)
}

/// The origin of what a tab shows, where the browser tells it and it is a plain one.
pub async fn origin_of<S: Shell>(keeper: &Keeper<'_, S>, tab: i32) -> Option<Origin> {
    Origin::of_url(&keeper.shell.tab(tab).await?.url?)
}

/// A page agent reports.
pub async fn on_facts<S: Shell>(
    keeper: &mut Keeper<'_, S>,
    sender: &ContentSender,
    facts: PageFacts,
) {
    if let Some(host) = trusted_host(sender, &facts) {
        saw(keeper, sender.tab, sender.frame, &host, facts, false).await;
    }
}

/// A person submitted a form with a user name in it (or, without one, a form for a new password).
pub async fn on_submitted<S: Shell>(
    keeper: &mut Keeper<'_, S>,
    sender: &ContentSender,
    username: &str,
) {
    let Some(host) =
        Origin::parse(&sender.origin).and_then(|origin| Host::recognise(origin.host()))
    else {
        return;
    };
    if !host.shows_security() || (sender.frame != 0 && !framed_by_family(sender, &host)) {
        return;
    }
    let now = keeper.shell.now();
    let username = username.trim().to_lowercase();
    let note = keeper.session.note_tab(sender.tab, &host.name, now);
    if is_username(&username) {
        note.username = Some(username);
    } else if username.is_empty() {
        note.changing = Some(now);
    }
    keeper.touch();
    let in_flow = flows::running(keeper).is_some_and(|flow| flow.tab == sender.tab);
    let changing = keeper
        .session
        .tab(sender.tab)
        .is_some_and(|note| note.changing.is_some());
    if in_flow || changing {
        flows::plan_looks(keeper).await;
    }
}

/// Looks at what a tab shows now. A genuine host without an agent (the Lightning app) still tells
/// that somebody is signed in.
pub async fn look<S: Shell>(keeper: &mut Keeper<'_, S>, tab: i32) {
    let Some(info) = keeper.shell.tab(tab).await else {
        return;
    };
    let Some(url) = info.url else { return };
    let Some(host) = Origin::of_url(&url).and_then(|origin| Host::recognise(origin.host())) else {
        return;
    };
    match keeper.shell.look(tab, 0).await {
        // Without a mark, a page that still loads says nothing yet.
        Some(facts) if !facts.framed && (info.complete || !facts.marks.is_empty()) => {
            saw(keeper, tab, 0, &host, facts, false).await;
        }
        Some(_) => {}
        // Where an agent always comes, none means that one page went and the next is not there yet.
        None if info.complete && !host.shows_login() => {
            let wraps = url.contains("/ResetApiToken");
            saw(keeper, tab, 0, &host, PageFacts::default(), wraps).await;
        }
        None => {}
    }
}

/// A mail reader reports an opened message, or a scan of the tab in front ended.
pub async fn on_mail<S: Shell>(
    keeper: &mut Keeper<'_, S>,
    sender: &ContentSender,
    reading: MailReading,
) {
    let Some(origin) = Origin::parse(&sender.origin) else {
        return;
    };
    if sender.frame == 0 {
        // The reader only sends what Salesforce sent; what it claims is checked here all the same. In a tab that was
        // open before, it outlives its permission.
        let Some(provider) = provider_of(origin.host()) else {
            return;
        };
        let genuine = reading.sender.as_deref().is_some_and(is_salesforce_sender);
        if genuine
            && keeper
                .shell
                .mail_allowed()
                .await
                .iter()
                .any(|allowed| allowed == provider)
        {
            let _ = read_mail(keeper, origin.host(), &reading, Source::Mail).await;
        }
    }
}

/// Reads a message or a text: a code that the flow waits for, a link to a new password, then tokens. Was there anything?
///
/// # Errors
/// What the vault failed with.
pub async fn read_mail<S: Shell>(
    keeper: &mut Keeper<'_, S>,
    host: &str,
    reading: &MailReading,
    source: Source,
) -> Result<bool, crate::wire::errors::Fault> {
    if take_code(keeper, reading, source).await {
        return Ok(true);
    }
    let offered = link::offer(keeper, reading, source).await;
    let evidence = match (reading.sender.as_deref(), source) {
        (sender, Source::File | Source::Paste) => Evidence::MailFile { sender },
        (Some(sender), Source::Mail | Source::Scan) if provider_of(host).is_some() => {
            Evidence::Webmail { sender }
        }
        _ => Evidence::Other,
    };
    // A file can say anything, but nothing was sent later than now. The time that a provider gives is better than our clock.
    let latest = match source {
        Source::Mail | Source::Scan => u64::MAX,
        _ => keeper.shell.now(),
    };
    let taken = take_tokens(
        keeper,
        &Reading {
            evidence,
            source,
            text: &reading.text,
            origin: host,
            sender: reading.sender.as_deref(),
            sent_at: reading.sent_at.map(|sent| sent.min(latest)),
            auth: match source {
                Source::File | Source::Paste => &reading.auth,
                _ => "",
            },
            host: None,
            signed_in: None,
        },
    )
    .await?;
    Ok(offered || !taken.is_empty())
}

/// Gives a code to the flow that waits for one. A mail must be Salesforce's and name the flow's user;
/// text that a person scanned or pasted must not name another.
async fn take_code<S: Shell>(
    keeper: &mut Keeper<'_, S>,
    reading: &MailReading,
    source: Source,
) -> bool {
    let Some(flow) = flows::running(keeper) else {
        return false;
    };
    if flow.step != Step::Verify {
        return false;
    }
    let text = clean(&reading.text.visible);
    let found = match source {
        Source::Mail => code::find(&text).filter(code::FoundCode::is_mailed),
        _ => code::find_given(&text),
    };
    let Some(found) = found else { return false };
    let username = flow.username.clone();
    let named = found.username.as_ref();
    let fits = match source {
        Source::Mail => {
            reading.sender.as_deref().is_some_and(is_salesforce_sender) && named == Some(&username)
        }
        _ => named.is_none_or(|named| *named == username),
    };
    if !fits {
        return false;
    }
    keeper.notice("code_found");
    let _ = flows::feed(keeper, Event::Code(found.code)).await;
    true
}

/// The host of a content script's document, if it may be believed: the top document, or a frame of the
/// same family under a genuine top.
fn trusted_host(sender: &ContentSender, facts: &PageFacts) -> Option<Host> {
    let origin = Origin::parse(&sender.origin)?;
    let host = Host::recognise(origin.host())?;
    let believed = if sender.frame == 0 {
        !facts.framed
    } else {
        framed_by_family(sender, &host)
    };
    believed.then_some(host)
}

fn framed_by_family(sender: &ContentSender, host: &Host) -> bool {
    sender
        .top_url
        .as_deref()
        .and_then(Origin::of_url)
        .and_then(|origin| Host::recognise(origin.host()))
        .is_some_and(|top| host.may_be_framed_by(&top))
}

async fn saw<S: Shell>(
    keeper: &mut Keeper<'_, S>,
    tab: i32,
    frame: i64,
    host: &Host,
    facts: PageFacts,
    wraps_reset: bool,
) {
    let now = keeper.shell.now();
    let kind = match classify(host, &facts) {
        // The agent reports again as soon as the marks have stayed the same for long enough.
        Err(Unknown::NotSettled) => return,
        // A form shows itself late: what is not known yet is not the page behind it.
        Err(_) if !facts.settled && !facts.marks.is_empty() => return,
        kind => kind.ok(),
    };
    let person = facts
        .person
        .as_deref()
        .map(str::trim)
        .map(str::to_lowercase)
        .filter(|name| is_username(name) && host.shows_security());
    if host.purpose == Purpose::Customer {
        return;
    }
    if let Some(person) = &person {
        keeper.session.note_tab(tab, &host.name, now).username = Some(person.clone());
        keeper.touch();
    }
    note_change_by_hand(keeper, tab, host, kind, &facts, now).await;

    // One loaded confirmation page is one reset, however often it reports; one from before the flow is not the flow's.
    let new_reset =
        kind == Some(PageKind::TokenDone) && note_reset(keeper, tab, host, &facts.nonce);
    let old_reset = kind == Some(PageKind::TokenDone)
        && !new_reset
        && flows::running(keeper).is_some_and(|flow| flow.reset == Reset::Open);
    let mut page = PageSeen {
        tab,
        host: host.clone(),
        kind: kind.filter(|_| !old_reset),
        document: Document {
            frame,
            origin: format!("https://{}", host.name),
            nonce: facts.nonce.clone(),
        },
        wraps_reset,
        captcha: facts.marks.get("captcha").is_some_and(|mark| mark.seen),
        error: facts.marks.get("error").is_some_and(|mark| mark.seen),
        person,
        seen: facts
            .marks
            .iter()
            .filter(|(_, mark)| mark.seen)
            .map(|(name, _)| name.clone())
            .collect(),
        full: facts
            .marks
            .iter()
            .filter(|(_, mark)| mark.full)
            .map(|(name, _)| name.clone())
            .collect(),
        rules: facts.rules,
    };
    let in_flow =
        flows::running(keeper).is_some_and(|flow| flow.tab == tab || flow.adopts(&page, now));
    // These pages act on whoever is signed in, and mostly do not say who that is.
    if matches!(
        kind,
        Some(
            PageKind::TokenReset
                | PageKind::TokenResetMissing
                | PageKind::TokenDone
                | PageKind::ChangePasswordSettings
        )
    ) {
        page.person = page.person.or_else(|| signed_in(keeper, tab));
    }
    let others = in_flow
        && flows::running(keeper).is_some_and(|flow| {
            page.person
                .as_ref()
                .is_some_and(|person| *person != flow.username)
        });
    if in_flow {
        let _ = flows::feed(keeper, Event::Page(page)).await;
    }
    if new_reset && (!in_flow || others) {
        reset_by_hand(keeper, tab, host).await;
    }

    let confirms = kind == Some(PageKind::TokenDone)
        || (kind.is_none() && facts.path.contains("/_ui/system/security/ChangePassword"));
    if let Some(shown) = facts.shown.as_ref().filter(|_| confirms) {
        let signed_in = signed_in(keeper, tab);
        let reading = Reading {
            evidence: Evidence::ConfirmationPage,
            source: Source::Page,
            text: shown,
            origin: &host.name,
            sender: None,
            sent_at: None,
            auth: "",
            host: Some(host),
            signed_in: signed_in.as_deref(),
        };
        let _ = take_tokens(keeper, &reading).await;
    }
}

/// Who is signed in on a tab: who signed in there or stands on its pages, else the flow's user on the flow's tab.
fn signed_in<S: Shell>(keeper: &Keeper<'_, S>, tab: i32) -> Option<String> {
    let noted = keeper
        .session
        .tab(tab)
        .and_then(|note| note.username.clone());
    noted.or_else(|| {
        keeper
            .session
            .flow
            .as_ref()
            .filter(|flow| flow.tab == tab)
            .map(|flow| flow.username.clone())
    })
}

/// The person goes on although somebody else had signed in on the flow's tab: what is known of that is out of date.
/// A page that shows the other user itself stops the guide again.
pub fn forget_other_user<S: Shell>(keeper: &mut Keeper<'_, S>) {
    let tab = flows::running(keeper)
        .filter(|flow| flow.trouble == Some(Trouble::OtherUser))
        .map(|flow| flow.tab);
    if let Some(note) = tab.and_then(|tab| keeper.session.tab_mut(tab)) {
        note.username = None;
    }
}

/// Is this the first report of a confirmation page? One that came back out of the browser's cache was not
/// asked of Salesforce again.
fn note_reset<S: Shell>(keeper: &mut Keeper<'_, S>, tab: i32, host: &Host, nonce: &str) -> bool {
    let now = keeper.shell.now();
    let note = keeper.session.note_tab(tab, &host.name, now);
    if nonce.starts_with('~') || note.reset_seen.as_deref() == Some(nonce) {
        return false;
    }
    note.reset_seen = Some(nonce.to_owned());
    keeper.touch();
    true
}

/// A person reset the token without the guide.
async fn reset_by_hand<S: Shell>(keeper: &mut Keeper<'_, S>, tab: i32, host: &Host) {
    keeper.notice("reset_by_hand");
    if let Some(username) = signed_in(keeper, tab) {
        let _ = keeper.token_died(&username, host.realm, Why::Reset).await;
    }
}

/// After a person sent a new password without the guide, a page that is not that form means it was taken.
async fn note_change_by_hand<S: Shell>(
    keeper: &mut Keeper<'_, S>,
    tab: i32,
    host: &Host,
    kind: Option<PageKind>,
    facts: &PageFacts,
    now: u64,
) {
    let in_flow = flows::running(keeper).is_some_and(|flow| flow.tab == tab);
    let by_guide = in_flow
        && flows::running(keeper).is_some_and(|flow| matches!(flow.change, Change::Sent { .. }));
    let Some(since) = keeper.session.tab(tab).and_then(|note| note.changing) else {
        return;
    };
    let over = now > since + CHANGING;
    let on_form = matches!(
        kind,
        Some(PageKind::NewPassword | PageKind::ChangePasswordSettings)
    );
    let refused = on_form && facts.marks.get("error").is_some_and(|mark| mark.seen);
    let proves_nothing = kind.is_some_and(|kind| !kind.proves_change());
    if on_form && !refused && !over {
        return;
    }
    if let Some(note) = keeper.session.tab_mut(tab) {
        note.changing = None;
    }
    keeper.touch();
    if on_form || over || by_guide || proves_nothing {
        return;
    }
    keeper.notice("password_by_hand");
    if in_flow {
        let _ = flows::feed(keeper, Event::ChangedByHand).await;
    }
    if let Some(username) = signed_in(keeper, tab) {
        let _ = keeper
            .token_died(&username, host.realm, Why::Password)
            .await;
    }
}
