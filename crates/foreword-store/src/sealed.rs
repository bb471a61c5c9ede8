//! Columns that hold patients' data: sealed with the patient's key, bound to table,
//! column, patient and, where a patient has several, the row. What belongs to no patient is sealed
//! with a key of its own, and bound in the same way.

use foreword_domain::ids::PatientId;
use sea_orm::{ActiveValue::Set, ColumnTrait, DeriveValueType, EntityTrait, QueryFilter};
use serde::{Serialize, de::DeserializeOwned};
use zeroize::Zeroizing;

use crate::{Error, Result, Txn, keys::PatientKey, rows::patient_key};

/// The bytes of a sealed column. They say nothing, and neither does their `Debug`.
#[derive(Clone, PartialEq, Eq, DeriveValueType)]
pub struct Sealed(pub(crate) Vec<u8>);

impl std::fmt::Debug for Sealed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("(sealed)")
    }
}

/// A sealed column: which table, which column.
#[derive(Clone, Copy)]
pub(crate) struct Column(pub &'static str, pub &'static str);

/// The key that wraps the patients' keys; there is one so far.
const KEY_ID: &str = "1";

impl Txn {
    /// Seals a value for a column of a patient's row.
    pub(crate) async fn seal<T: Serialize>(
        &self,
        patient: PatientId,
        column: Column,
        row: &str,
        value: &T,
    ) -> Result<Sealed> {
        let key = self.patient_key(patient).await?;
        let plain =
            serde_json::to_vec(value).map(Zeroizing::new).map_err(|error| unreadable(column, &error))?;
        Ok(Sealed(key.seal(&context(patient, column, row), &plain)))
    }

    /// Opens a sealed column.
    pub(crate) async fn open<T: DeserializeOwned>(
        &self,
        patient: PatientId,
        column: Column,
        row: &str,
        sealed: &Sealed,
    ) -> Result<T> {
        let key = self.patient_key(patient).await?;
        let plain = key
            .open(&context(patient, column, row), &sealed.0)
            .map(Zeroizing::new)
            .ok_or_else(|| unreadable(column, &"it was sealed with another key, or changed"))?;
        // The error of serde would quote the value.
        serde_json::from_slice(&plain).map_err(|_| unreadable(column, &"this version does not know its form"))
    }

    /// Seals a value that belongs to no patient.
    pub(crate) fn seal_own<T: Serialize>(&self, column: Column, row: &str, value: &T) -> Result<Sealed> {
        let plain = serde_json::to_vec(value).map(Zeroizing::new).map_err(|_| {
            // The error of serde may quote the value.
            unreadable(column, &"it cannot be written down")
        })?;
        Ok(Sealed(self.keys.seal_own(&own_context(column, row), &plain)))
    }

    /// Opens a column that belongs to no patient.
    pub(crate) fn open_own<T: DeserializeOwned>(
        &self,
        column: Column,
        row: &str,
        sealed: &Sealed,
    ) -> Result<T> {
        let plain = self
            .keys
            .open_own(&own_context(column, row), &sealed.0)
            .map(Zeroizing::new)
            .ok_or_else(|| unreadable(column, &"it was sealed with another key, or changed"))?;
        serde_json::from_slice(&plain).map_err(|_| unreadable(column, &"this version does not know its form"))
    }

    /// Makes the key of a new patient.
    pub(crate) async fn make_patient_key(&self, patient: PatientId) -> Result<()> {
        let (key, wrapped) = self.keys.new_patient_key(&format!("patient:{patient}"));
        let row = patient_key::ActiveModel {
            patient_id: Set(patient.0),
            key_id: Set(KEY_ID.to_owned()),
            wrapped: Set(wrapped),
        };
        self.add(row).await?;
        self.patient_keys.lock().await.insert(patient, key);
        Ok(())
    }

    /// Unwraps the keys of patients whose rows are about to be opened, in one query.
    pub(crate) async fn fetch_patient_keys(&self, patients: &[uuid::Uuid]) -> Result<()> {
        let rows = patient_key::Entity::find()
            .filter(patient_key::Column::PatientId.is_in(patients.iter().copied()))
            .all(&self.db)
            .await?;
        for row in rows {
            self.know_patient_key(PatientId(row.patient_id), &row.wrapped).await;
        }
        Ok(())
    }

    async fn patient_key(&self, patient: PatientId) -> Result<PatientKey> {
        if let Some(key) = self.patient_keys.lock().await.get(&patient) {
            return Ok(key.clone());
        }
        let column = Column("patient_keys", "wrapped");
        let row = patient_key::Entity::find_by_id(patient.0)
            .one(&self.db)
            .await?
            .ok_or_else(|| unreadable(column, &"the patient's key is gone"))?;
        self.know_patient_key(patient, &row.wrapped)
            .await
            .ok_or_else(|| unreadable(column, &"it was wrapped with another master key"))
    }

    /// Unwraps the key of a patient whose rows are about to be opened. One that can't be unwrapped is told about by
    /// whoever needs it.
    pub(crate) async fn know_patient_key(&self, patient: PatientId, wrapped: &[u8]) -> Option<PatientKey> {
        let key = self.keys.unwrap_patient_key(&format!("patient:{patient}"), wrapped)?;
        self.patient_keys.lock().await.insert(patient, key.clone());
        Some(key)
    }
}

fn context(patient: PatientId, Column(table, column): Column, row: &str) -> String {
    format!("{table}.{column}:{patient}:{row}")
}

fn own_context(Column(table, column): Column, row: &str) -> String {
    format!("own:{table}.{column}:{row}")
}

fn unreadable(Column(table, column): Column, why: &dyn std::fmt::Display) -> Error {
    Error::Unreadable { table, column, why: why.to_string() }
}
