//! Roles given and taken away.

use foreword_domain::ids::StaffId;
pub use foreword_store::staff_roles::Held;
use foreword_store::{Txn, audit, staff, staff_roles};
use jiff::Timestamp;

use super::permission::Role;
use crate::{App, Error, Result, again};

/// The longest name of a clinic, in characters.
const LONGEST: usize = 200;

impl App {
    /// The roles of a member of staff.
    pub async fn roles(&self, member: StaffId) -> Result<Vec<Held>> {
        self.store.read(move |txn| Box::pin(async move { Ok(staff_roles::of(txn, member).await?) })).await
    }

    /// Gives a member of staff these roles instead of those they had. `by` is who does it, for the audit log;
    /// sessions that are open go on with the new ones.
    ///
    /// # Errors
    /// [`Error::Refused`] with a sentence when a role is none.
    pub async fn set_roles(&self, member: StaffId, roles: &[Held], by: &str, now: Timestamp) -> Result<()> {
        let (roles, by) = (checked(roles)?, by.to_owned());
        self.store
            .write(move |txn| {
                again!(roles, by => {
                    staff::hold(txn, member).await?.ok_or(Error::NotFound("member of staff"))?;
                    give(txn, member, &roles, &by, now).await
                })
            })
            .await
    }
}

/// Roles that can be given, each once.
pub(super) fn checked(roles: &[Held]) -> Result<Vec<Held>> {
    let mut checked: Vec<Held> = Vec::new();
    for held in roles {
        if Role::of(&held.role).is_none() {
            let known: Vec<&str> = Role::ALL.into_iter().map(Role::as_str).collect();
            let why = format!("there is no role {:?}; the roles are {}", held.role, known.join(", "));
            return Err(Error::Refused(why));
        }
        let is_name =
            |name: &str| !name.trim().is_empty() && name.chars().count() <= LONGEST && !name.contains('\0');
        if held.clinic.as_deref().is_some_and(|name| !is_name(name)) {
            let why = format!("a clinic's name has 1 to {LONGEST} characters, as appointments carry it");
            return Err(Error::Refused(why));
        }
        if !checked.contains(held) {
            checked.push(held.clone());
        }
    }
    Ok(checked)
}

/// Gives roles within a transaction. The audit log says which.
pub(super) async fn give(txn: &Txn, member: StaffId, roles: &[Held], by: &str, now: Timestamp) -> Result<()> {
    staff_roles::set(txn, member, roles).await?;
    let subject = format!("staff:{member}");
    if roles.is_empty() {
        audit::note(txn, now, by, "staff.role.none", &subject).await?;
    }
    for held in roles {
        let at = if held.clinic.is_some() { ".one-clinic" } else { "" };
        audit::note(txn, now, by, &format!("staff.role.{}{at}", held.role), &subject).await?;
    }
    Ok(())
}
