//! The one [`View`] that the app shows.

use crate::browser::keeper::Keeper;
use crate::browser::pages::can_start;
use crate::browser::shell::Shell;
use crate::guide::flow::Step;
use crate::recognise::classify::classify;
use crate::recognise::host::{Host, Origin, Purpose};
use crate::recognise::lookalike::{Answer, Question};
use crate::vault::store::Opened;
use crate::wire::json;
use crate::wire::messages::PageFacts;
use crate::wire::views::{AccountView, LinkView, PageView, View};

/// Computes the view for an app page in front of `tab`.
#[allow(clippy::cast_precision_loss)]
pub async fn view<S: Shell>(keeper: &mut Keeper<'_, S>, tab: Option<i32>) -> View {
    let opened = keeper.open_all().await.ok();
    let front = match tab {
        Some(tab) => page_in_front(keeper, tab, opened.as_ref()).await,
        None => None,
    };
    let (page, host) = front.map_or((None, None), |(page, host)| (Some(page), host));
    let open = keeper.is_open();
    let sealed = keeper.counts().await.sealed;
    let mut view = View {
        now: keeper.shell.now() as f64,
        vault: keeper.vault_view(),
        ways: keeper.way_views(),
        page,
        flow: keeper.session.flow.as_ref().map(|flow| flow.view(open)),
        waiting: u32::try_from(keeper.session.waiting.len() + sealed).unwrap_or(u32::MAX),
        reset_link: keeper.session.offered.as_ref().map(|link| LinkView {
            host: link.host.clone(),
            username: link.username.clone(),
            at: link.at as f64,
        }),
        notice: keeper.session.notice.clone(),
        mail_allowed: keeper.shell.mail_allowed().await,
        lock_minutes: keeper.settings.lock_minutes,
        lock_away: keeper.settings.lock_away,
        clipboard_allowed: keeper.shell.clipboard_allowed().await,
        sync: keeper.sync_view().await,
        ..View::default()
    };
    if let Some(store) = &keeper.session.store {
        view.one_copy = !store.in_both;
        let fault = store.fault.as_ref().filter(|_| store.usable);
        view.store_fault = fault.map(|fault| fault.code.to_string());
    }
    if let Some(opened) = opened {
        view.accounts = opened
            .accounts
            .iter()
            .map(|(id, account)| account.view(id, false))
            .collect();
        view.policy_days = keeper.shell.policy_days().await;
        let dates = keeper.date(&opened.accounts, view.policy_days).await;
        for (account, dates) in view.accounts.iter_mut().zip(dates) {
            account.due_at = dates.map(|dates| dates.due_at as f64);
            account.remind = dates.is_some_and(|dates| dates.remind_now);
        }
        for account in &mut view.accounts {
            account.here = host.as_ref().is_some_and(|host| belongs(account, host));
        }
        view.accounts.sort_unstable_by(|a, b| {
            b.here
                .cmp(&a.here)
                .then(
                    b.caught_at
                        .unwrap_or(0.0)
                        .total_cmp(&a.caught_at.unwrap_or(0.0)),
                )
                .then_with(|| a.username.cmp(&b.username))
        });
        view.review = opened
            .reviews
            .iter()
            .map(crate::vault::review::Review::view)
            .collect();
        view.review.sort_unstable_by(|a, b| b.at.total_cmp(&a.at));
        view.damaged = u32::try_from(opened.damaged.len()).unwrap_or(u32::MAX);
    }
    view
}

/// On an org's own host, the accounts seen in that org; on a shared log-in host, those of its realm.
fn belongs(account: &AccountView, host: &Host) -> bool {
    if account.realm != host.realm {
        return false;
    }
    // Its pages are the customer's, whatever the org: no account is offered there (`facts/security.md` §2).
    if host.purpose == Purpose::Customer {
        return false;
    }
    match &host.org {
        None => host.purpose == Purpose::Login || account.hosts.contains(&host.name),
        Some(org) => account
            .hosts
            .iter()
            .filter_map(|seen| Host::recognise(seen))
            .any(|seen| seen.org.as_ref() == Some(org)),
    }
}

async fn page_in_front<S: Shell>(
    keeper: &Keeper<'_, S>,
    tab: i32,
    opened: Option<&Opened>,
) -> Option<(PageView, Option<Host>)> {
    let url = keeper.shell.tab(tab).await?.url.unwrap_or_default();
    let host = Origin::of_url(&url).and_then(|origin| Host::recognise(origin.host()));
    let Some(host) = host else {
        return Some((foreign(keeper, tab, &url, opened).await, None));
    };
    let facts: Option<PageFacts> = keeper.shell.look(tab, 0).await;
    let kind = facts.as_ref().map(|facts| classify(&host, facts));
    let (kind, why) = match (&kind, host.purpose) {
        (Some(Ok(kind)), _) => (Some(kind.code()), None),
        (_, Purpose::Lightning) => (Some("lightning"), None),
        (Some(Err(why)), _) => (Some("unknown"), Some(why.code())),
        (None, _) => (Some("unknown"), Some("no_marks")),
    };
    let flow_user = keeper
        .session
        .flow
        .as_ref()
        .filter(|flow| flow.tab == tab && flow.step != Step::Done)
        .map(|flow| flow.username.clone());
    let page = PageView {
        tab,
        host: host.name.clone(),
        genuine: true,
        environment: host.environment,
        realm: host.realm,
        my_domain: host.org.clone(),
        kind: kind.map(str::to_owned),
        why: why.map(str::to_owned),
        username: flow_user
            .or_else(|| {
                facts
                    .and_then(|facts| facts.person)
                    .map(|person| person.trim().to_lowercase())
            })
            .or_else(|| {
                keeper
                    .session
                    .tab(tab)
                    .filter(|note| note.host == host.name)
                    .and_then(|note| note.username.clone())
            }),
        can_start: can_start(&host),
        ..PageView::default()
    };
    Some((page, Some(host)))
}

/// A page that is not genuine, and how much it pretends to be. The tables for that are a tool's.
async fn foreign<S: Shell>(
    keeper: &Keeper<'_, S>,
    tab: i32,
    url: &str,
    opened: Option<&Opened>,
) -> PageView {
    let address = without_path(url);
    let host = host_of_any(address);
    let mut page = PageView {
        tab,
        dismissed: keeper.session.dismissed.contains(&host),
        host,
        ..PageView::default()
    };
    if !url.starts_with("http") {
        return page;
    }
    let accounts = opened.iter().flat_map(|opened| &opened.accounts);
    let question = Question {
        address: address.to_owned(),
        look: keeper.shell.look_once(tab).await.unwrap_or_default(),
        hosts: accounts
            .flat_map(|(_, account)| account.hosts.clone())
            .collect(),
    };
    let question = serde_json::to_string(&question).unwrap_or_default();
    if let Some(answer) = keeper.shell.tool("lookalike", &question).await {
        let answer: Answer = json::from_str(&answer).unwrap_or_default();
        page.lookalike_score = answer.score;
        page.lookalike = answer.reasons;
    }
    page
}

/// The host of an address that is none of ours (a port, a trailing dot, another scheme), for a person to read.
fn host_of_any(address: &str) -> String {
    let authority = address.split_once("://").map_or("", |(_, rest)| rest);
    authority
        .rsplit_once('@')
        .map_or(authority, |(_, host)| host)
        .to_owned()
}

/// An address up to its host and port: what follows can hold secrets.
fn without_path(url: &str) -> &str {
    let mut slashes = 0;
    let end = url.bytes().position(|b| {
        slashes += u32::from(b == b'/');
        slashes > 2 || b == b'?' || b == b'#'
    });
    end.and_then(|end| url.get(..end)).unwrap_or(url)
}
