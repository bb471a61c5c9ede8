//! The chats of members of staff, to write to.

use foreword_domain::ids::StaffId;
use jiff::Timestamp;
use sea_orm::{ActiveValue::Set, EntityTrait, sea_query::OnConflict};

use crate::{Result, Txn, rows::staff_chat, sealed::Column};

const CHAT: Column = Column("staff_chats", "chat");

/// The chat of a member of staff, if they have connected one.
pub async fn get(txn: &Txn, staff: StaffId) -> Result<Option<i64>> {
    let row = staff_chat::Entity::find_by_id(staff.0).one(&txn.db).await?;
    row.map(|row| txn.open_own(CHAT, &staff.to_string(), &row.chat)).transpose()
}

/// Connects a chat; the one connected last counts.
pub async fn set(txn: &Txn, staff: StaffId, chat: i64, at: Timestamp) -> Result<()> {
    let row = staff_chat::ActiveModel {
        staff_id: Set(staff.0),
        chat: Set(txn.seal_own(CHAT, &staff.to_string(), &chat)?),
        since: Set(at.into()),
    };
    let replace = OnConflict::column(staff_chat::Column::StaffId)
        .update_columns([staff_chat::Column::Chat, staff_chat::Column::Since])
        .to_owned();
    staff_chat::Entity::insert(row).on_conflict(replace).exec_without_returning(&txn.db).await?;
    Ok(())
}

/// Forgets it, if it is still this one.
pub async fn remove(txn: &Txn, staff: StaffId, chat: i64) -> Result<()> {
    if get(txn, staff).await? == Some(chat) {
        staff_chat::Entity::delete_by_id(staff.0).exec(&txn.db).await?;
    }
    Ok(())
}
