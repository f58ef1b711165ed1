//! What a resource of the Admin API is: method, path, right, request and answer, and who answers. Routing, rights, gates and the
//! OpenAPI document come from the list of them, [`RESOURCES`].
//!
//! **To add one**: a file with its [`Resource`], its request, its answer and its handler; its two lines in `admin.rs`; and a golden
//! pair under `fixtures/wire/admin/`.

use std::pin::Pin;

use crossdock_app::App;
use crossdock_app::hub::tenants::admin_keys::AdminCaller;
use crossdock_domain::admin_api::{Permission, Scope};

use super::RESOURCES;
use super::params::Params;
use super::reply::Answered;
use crate::schema::Object;

/// A resource.
#[derive(Debug, Clone, Copy)]
pub struct Resource {
    /// `GET`, `POST`, `PUT`.
    pub method: &'static str,
    /// Behind the version.
    pub path: &'static str,
    /// Names it in logs, metrics and the audit log: its path, or the one that it is another name for.
    pub label: &'static str,
    /// What it is about.
    pub scope: Scope,
    /// The right it needs there.
    pub level: Permission,
    /// In a sentence.
    pub about: &'static str,
    /// Its parameters: of the query for GET, else below `params`.
    pub request: &'static Object,
    /// Its answer, beside `errors`.
    pub response: &'static Object,
    /// Its names in the older generation.
    pub gates: &'static [Gate],
    /// Answers a call whose right was checked.
    pub(super) handler: Handler,
}

/// A name of a resource in the older generation.
#[derive(Debug, Clone, Copy)]
pub struct Gate {
    /// `orders/get`; upper and lower case are the same.
    pub name: &'static str,
    /// Parameters that the gate stands for, whatever the call says.
    pub preset: &'static [(&'static str, &'static str)],
}

/// What answers a call.
pub(super) type Handler = for<'a> fn(&'a App, &'a AdminCaller, &'a Params) -> Answering<'a>;

/// The answer to come.
pub(super) type Answering<'a> = Pin<Box<dyn Future<Output = Answered> + Send + 'a>>;

/// A gate without parameters of its own.
pub(super) const fn gate(name: &'static str) -> Gate {
    Gate { name, preset: &[] }
}

/// The right to look.
pub(super) const fn read(scope: Scope) -> (Scope, Permission) {
    (scope, Permission::Read)
}

/// The right to change.
pub(super) const fn write(scope: Scope) -> (Scope, Permission) {
    (scope, Permission::Write)
}

impl Resource {
    pub(super) const fn new(
        (method, path): (&'static str, &'static str),
        (scope, level): (Scope, Permission),
        about: &'static str,
        (request, response): (&'static Object, &'static Object),
        handler: Handler,
    ) -> Self {
        Self { method, path, label: path, scope, level, about, request, response, gates: &[], handler }
    }

    /// With names in the older generation.
    pub(super) const fn gates(mut self, gates: &'static [Gate]) -> Self {
        self.gates = gates;
        self
    }

    /// The same under another path.
    pub(super) const fn also(mut self, path: &'static str, about: &'static str) -> Self {
        self.path = path;
        self.about = about;
        self.gates = &[];
        self
    }
}

/// Every gate of the older generation with its resource.
pub fn gates() -> impl Iterator<Item = (&'static Gate, &'static Resource)> {
    RESOURCES.iter().flat_map(|resource| resource.gates.iter().map(move |gate| (gate, resource)))
}

/// Methods that a path has, when it has any.
pub fn methods(path: &str) -> Vec<&'static str> {
    RESOURCES
        .iter()
        .filter(|resource| resource.path.eq_ignore_ascii_case(path))
        .map(|resource| resource.method)
        .collect()
}

/// The resource of this method and path.
pub(super) fn find(method: &str, path: &str) -> Option<&'static Resource> {
    RESOURCES.iter().find(|resource| resource.method == method && resource.path.eq_ignore_ascii_case(path))
}
