//! Statements of which none needs what another one brings: PostgreSQL takes them in one message, as a server is a way
//! there and back from here; SQLite takes them one after another.

use sea_orm::{
    ActiveModelTrait, ConnectionTrait, DbBackend, EntityTrait, QueryTrait,
    sea_query::{
        Alias, CommonTableExpression, InsertStatement, SubQueryStatement, UpdateStatement, WithClause,
    },
};

use crate::{Result, Txn};

/// What is to be written together. Nothing is, until it is said.
pub struct Together<'t> {
    pub(crate) txn: &'t Txn,
    statements: Vec<Statement>,
}

enum Statement {
    Insert(InsertStatement),
    Update(UpdateStatement),
}

impl Txn {
    /// Begins to gather what is to be written together.
    pub fn together(&self) -> Together<'_> {
        Together { txn: self, statements: Vec::new() }
    }
}

impl<'t> Together<'t> {
    /// The transaction it is written in.
    pub fn txn(&self) -> &'t Txn {
        self.txn
    }

    /// Writes it all. The database checks what refers to what when all of it is there.
    ///
    /// # Errors
    /// As of any of the statements; then none of them is kept.
    pub async fn write(self) -> Result<()> {
        let db = &self.txn.db;
        if self.txn.backend() == DbBackend::Postgres && self.statements.len() > 1 {
            let mut statements = self.statements;
            let Some(last) = statements.pop() else { return Ok(()) };
            let mut with = WithClause::new();
            for (n, statement) in statements.into_iter().enumerate() {
                let mut one = CommonTableExpression::new();
                one.query(SubQueryStatement::from(statement)).table_name(Alias::new(format!("w{n}")));
                with.cte(one);
            }
            db.execute(&with.query(SubQueryStatement::from(last))).await?;
            return Ok(());
        }
        for statement in &self.statements {
            match statement {
                Statement::Insert(insert) => db.execute(insert).await?,
                Statement::Update(update) => db.execute(update).await?,
            };
        }
        Ok(())
    }

    /// Rows to be added to a table.
    pub(crate) fn add<A: ActiveModelTrait>(&mut self, rows: Vec<A>) {
        if !rows.is_empty() {
            self.statements.push(Statement::Insert(A::Entity::insert_many(rows).into_query()));
        }
    }

    /// Rows to be changed.
    pub(crate) fn change(&mut self, update: UpdateStatement) {
        self.statements.push(Statement::Update(update));
    }
}

impl From<Statement> for SubQueryStatement {
    fn from(statement: Statement) -> Self {
        match statement {
            Statement::Insert(insert) => Self::InsertStatement(insert),
            Statement::Update(update) => Self::UpdateStatement(update),
        }
    }
}
