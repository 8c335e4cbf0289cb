//! What the app knows: the last view, and what it is doing about it right now.
//!
//! The background owns the truth. After every intent, and whenever the background says that
//! something changed, the app asks for the whole view again; several wishes while one question is
//! under way become one more question.

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::ui::api::{self, FrontTab};
use crate::ui::part::Part;
use crate::ui::port;
use crate::ui::surface::{self, Surface};
use crate::wire::errors::Fault;
use crate::wire::messages::{Intent, Reply};
use crate::wire::views::View;

/// Which page of the app is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Screen {
    /// Everything that belongs to the present state.
    Main,
    /// Settings.
    Settings,
    /// Backup and moving house.
    Moving,
    /// When it does not work.
    Help,
}

impl Screen {
    /// Where the app begins, by the address of this page.
    fn first() -> Self {
        match surface::asked("screen").as_deref() {
            Some("moving") => Self::Moving,
            _ => Self::Main,
        }
    }
}

/// What the help is about.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Plight {
    /// Code of the symptom (`symptom_<code>`), once there is one.
    pub symptom: Option<String>,
    /// Id of the account, if it is about a kept one.
    pub account: Option<String>,
}

/// The app's state; a handle that is cheap to copy into every closure.
#[derive(Clone, Copy)]
pub struct App {
    /// Popup, panel or tab.
    pub surface: Surface,
    /// The last view; `None` until the first answer.
    pub view: RwSignal<Option<View>>,
    /// The last failure, shown until it is dismissed or something succeeds.
    pub fault: RwSignal<Option<Fault>>,
    /// The intent under way, by its name; buttons rest meanwhile.
    pub busy: RwSignal<Option<&'static str>>,
    /// The page that is shown.
    pub screen: RwSignal<Screen>,
    /// What the help is about.
    pub plight: RwSignal<Plight>,
    /// The tab in front, for popup and panel.
    pub front: RwSignal<Option<FrontTab>>,
    question: StoredValue<Question>,
}

/// How far the app is with asking for the view.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Question {
    Idle,
    Asking,
    AskingAndAgain,
}

impl App {
    /// Makes the state and sends the first question at once, before anything is drawn.
    #[must_use]
    pub fn start(surface: Surface) -> Self {
        let app = Self {
            surface,
            view: RwSignal::new(None),
            fault: RwSignal::new(None),
            busy: RwSignal::new(None),
            screen: RwSignal::new(Screen::first()),
            plight: RwSignal::new(Plight::default()),
            front: RwSignal::new(None),
            question: StoredValue::new(Question::Idle),
        };
        app.refresh();
        api::on_message(move |message| {
            if port::is_changed(&message) {
                app.refresh();
            }
        });
        if surface == Surface::Panel {
            api::on_tab_change(move || app.refresh());
        }
        app
    }

    /// Asks for the view, now or right after the question that is under way.
    pub fn refresh(self) {
        if self.question.get_value() != Question::Idle {
            self.question.set_value(Question::AskingAndAgain);
            return;
        }
        spawn_local(async move {
            loop {
                self.question.set_value(Question::Asking);
                self.ask_view().await;
                if self.question.get_value() == Question::Asking {
                    break;
                }
            }
            self.question.set_value(Question::Idle);
        });
    }

    async fn ask_view(self) {
        if self.surface.faces_page() {
            let front = api::front_tab().await;
            if self.front.get_untracked() != front {
                self.front.set(front);
            }
        }
        let tab = self.front.get_untracked().map(|front| front.id);
        match port::ask(Intent::View { tab }).await {
            Ok(Reply::View(view)) => self.show(*view),
            Ok(_) => {}
            Err(fault) => self.fault.set(Some(fault)),
        }
    }

    fn show(self, view: View) {
        // The silence is over; any other fault stays until the person has read it.
        if self
            .fault
            .with_untracked(|f| f.as_ref().is_some_and(|f| f.code == "background_silent"))
        {
            self.fault.set(None);
        }
        if self.view.with_untracked(|old| old.as_ref() != Some(&view)) {
            self.view.set(Some(view));
        }
    }

    /// Carries out an intent and shows a failure in the app's own place for it.
    pub fn send(self, intent: Intent) {
        spawn_local(async move {
            if let Err(fault) = self.run(intent).await {
                self.fault.set(Some(fault));
            }
        });
    }

    /// Carries out an intent, then brings the view up to date; the caller shows a failure.
    ///
    /// The view in the reply is not used: intents other than `View` do not say which tab is in
    /// front, so it may lack the page.
    ///
    /// # Errors
    /// The background's fault.
    pub async fn run(self, intent: Intent) -> Result<Reply, Fault> {
        self.busy.set(Some(intent.name()));
        let reply = port::ask(intent).await;
        self.busy.set(None);
        if reply.is_ok() {
            self.fault.set(None);
        }
        self.refresh();
        reply
    }

    /// The time of the present view, in milliseconds since 1970; ages are counted from there.
    #[must_use]
    pub fn now(self) -> f64 {
        self.view
            .with_untracked(|view| view.as_ref().map_or(0.0, |view| view.now))
    }

    /// Is anything under way?
    #[must_use]
    pub fn is_busy(self) -> bool {
        self.busy.with(Option::is_some)
    }

    /// A part of the view that changes only when that part does, so that what a person is typing
    /// survives every refresh around it.
    #[must_use]
    pub fn part<T>(self, pick: fn(&View) -> T) -> Part<T>
    where
        T: Clone + Default + PartialEq + Send + Sync + 'static,
    {
        Part::new(move || {
            self.view
                .with(|view| view.as_ref().map(pick))
                .unwrap_or_default()
        })
    }
}

/// The app's state, from any component.
#[must_use]
pub fn app() -> App {
    // `Shell` provides it before any other component runs, and a component outside of it would be
    // a mistake that the first look at the page shows.
    use_context::<App>().unwrap_or_else(|| App::start(Surface::Tab))
}
