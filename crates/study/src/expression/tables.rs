//! EXISTS and COUNT over the tables of the records, limited to what belongs to the row; three-valued as everything else.

use oligomet_base::suggest::did_you_mean;
use oligomet_schema::{FieldKind, FieldSpec, TableSpec, schema};
use sqlparser::ast::{
    DuplicateTreatment, Expr, Function, FunctionArg, FunctionArgExpr, FunctionArguments, GroupByExpr, Query,
    Select, SelectItem, SetExpr, TableFactor,
};

use super::kind::Kind;
use super::lower::{ExpressionError, Lowering, Part, quote_name, refuse, require_truth, truth};
use crate::relational::owner;

/// How a table is called inside SQLite.
pub(super) const ALIAS: &str = "oligomet_r";

/// The column of a table inside SQLite that says to which row of the base table it belongs.
pub(super) const KEY: &str = "oligomet_key";

const FORM: &str = "write EXISTS (SELECT 1 FROM lesion WHERE organ = 'brain') or (SELECT COUNT(*) FROM rt_course WHERE start_date < time_zero)";

/// What a column of the records is.
pub(super) fn kind_of(field: &FieldSpec) -> Kind {
    match field.kind {
        FieldKind::Key | FieldKind::Ref | FieldKind::Text => Kind::Text,
        FieldKind::Category => Kind::Category(field.levels.iter().map(|l| l.code.clone()).collect()),
        FieldKind::YesNo => Kind::Truth,
        FieldKind::Integer | FieldKind::Number | FieldKind::Dose => Kind::Number,
        FieldKind::Date => Kind::Date,
    }
}

/// What is asked of the rows.
enum Asked<'q> {
    Exists,
    Count,
    CountDistinct(&'q Expr),
    Least(&'q Expr),
    Largest(&'q Expr),
}

impl Lowering<'_, '_> {
    /// `EXISTS (SELECT …)`: true where a row surely meets the condition, unknown where one may.
    pub(super) fn exists(&mut self, query: &Query, negated: bool) -> Result<Part, ExpressionError> {
        let part = self.over_table(query, true)?;
        Ok(if negated { truth(format!("(NOT {})", part.sql)) } else { part })
    }

    /// `(SELECT COUNT(*) …)`: unknown where a row may or may not meet the condition.
    pub(super) fn over_rows(&mut self, query: &Query) -> Result<Part, ExpressionError> {
        self.over_table(query, false)
    }

    fn over_table(&mut self, query: &Query, exists: bool) -> Result<Part, ExpressionError> {
        if self.inner.is_some() {
            return refuse(
                "a SELECT stands inside another",
                "ask the two things in two rules, or join them with AND",
            );
        }
        let select = plain_select(query)?;
        let table = self.table(select)?;
        self.inner = Some(table);
        let answer = self.answer(select, table, exists);
        self.inner = None;
        answer
    }

    fn answer(
        &mut self,
        select: &Select,
        table: &'static TableSpec,
        exists: bool,
    ) -> Result<Part, ExpressionError> {
        self.tables.entry(table.name.clone()).or_default();
        let condition = match &select.selection {
            Some(condition) => {
                let part = self.lower(condition)?;
                require_truth(&part)?;
                part.sql
            }
            None => "1".into(),
        };
        // The key keeps the sums those of this table, even where the condition names the base table alone.
        let met = format!("CASE WHEN {ALIAS}.{KEY} IS NOT NULL THEN {condition} END");
        let open = format!("COUNT(*) > COUNT({met})");
        let asked = if exists { Asked::Exists } else { asked(select)? };
        let closed = |gap: &str, value: &str| format!("CASE WHEN {open}{gap} THEN NULL ELSE {value} END");
        let from = format!(
            "FROM {} AS {ALIAS} WHERE {ALIAS}.{KEY} = base.oligomet_row",
            quote_name(&sql_name(&table.name))
        );
        let over = |value: String| format!("(SELECT {value} {from})");
        Ok(match asked {
            Asked::Exists => {
                truth(over(format!("CASE WHEN MAX({met}) = 1 THEN 1 WHEN {open} THEN NULL ELSE 0 END")))
            }
            Asked::Count => {
                let sum = format!("1.0 * COALESCE(SUM({met}), 0)");
                Part::known(over(closed("", &sum)), Kind::Number)
            }
            Asked::CountDistinct(of) => {
                let part = self.lower(of)?.exact();
                let count = format!("1.0 * COUNT(DISTINCT CASE WHEN {met} THEN {} END)", part.sql);
                Part::known(over(closed(&gap(&met, &part.sql), &count)), Kind::Number)
            }
            Asked::Least(of) | Asked::Largest(of) => {
                let name = if matches!(asked, Asked::Least(_)) { "MIN" } else { "MAX" };
                let part = self.lower(of)?;
                super::lower::require_order(&part.kind)?;
                let gap = gap(&met, &part.sql);
                let found =
                    |value: &str| over(closed(&gap, &format!("{name}(CASE WHEN {met} THEN {value} END)")));
                let latest = part.latest.as_deref().map(found);
                Part { latest, ..Part::known(found(&part.sql), part.kind) }
            }
        })
    }

    fn table(&self, select: &Select) -> Result<&'static TableSpec, ExpressionError> {
        let Some(unit) = self.scope.unit() else {
            return refuse(
                "EXISTS and COUNT need related tables, and these data are one table",
                "use a column of the table; relational tables of a department come with a lock",
            );
        };
        let name = match select.from.as_slice() {
            [one] if one.joins.is_empty() => match &one.relation {
                TableFactor::Table { name, alias: None, .. } => name.to_string(),
                _ => return refuse("a SELECT here takes one table by its name", FORM),
            },
            _ => return refuse("a SELECT here takes one table", FORM),
        };
        let known = || schema().tables.iter().map(|t| t.name.as_str()).filter(|t| owner(t, unit).is_some());
        match schema().table(&name).filter(|t| owner(&t.name, unit).is_some()) {
            Some(spec) => Ok(spec),
            None => Err(ExpressionError {
                what: format!("the records have no table `{name}`"),
                mend: did_you_mean(&name, known())
                    .unwrap_or_else(|| format!("the tables are {}", known().collect::<Vec<_>>().join(", "))),
                word: Some(name),
            }),
        }
    }

    /// A column of the table that a SELECT takes; `None` where it has no such column.
    pub(super) fn inner_name(&mut self, name: &str) -> Option<Part> {
        let table = self.inner?;
        let plain = name.strip_prefix(table.name.as_str()).and_then(|n| n.strip_prefix('.')).unwrap_or(name);
        let field = table.fields.iter().find(|f| f.name.eq_ignore_ascii_case(plain))?;
        self.tables.entry(table.name.clone()).or_default().insert(field.name.clone());
        let column = |name: &str| format!("{ALIAS}.{}", quote_name(name));
        let latest = (field.kind == FieldKind::Date).then(|| column(&latest_name(&field.name)));
        Some(Part { latest, ..Part::known(column(&field.name), kind_of(field)) })
    }
}

/// Or a row that meets the condition lacks the value.
fn gap(met: &str, value: &str) -> String {
    format!(" OR COUNT(CASE WHEN {met} AND {value} IS NULL THEN 1 END) > 0")
}

/// The name of a table of the records inside SQLite.
pub(super) fn sql_name(table: &str) -> String {
    format!("records_{table}")
}

/// The column of a table inside SQLite that holds the latest day of a date; the date's own column holds the earliest.
pub(super) fn latest_name(field: &str) -> String {
    format!("oligomet_latest_{field}")
}

/// A SELECT of one thing from one table with a condition, and nothing else.
fn plain_select(query: &Query) -> Result<&Select, ExpressionError> {
    let bare = query.with.is_none() && query.order_by.is_none() && query.limit_clause.is_none();
    let SetExpr::Select(select) = query.body.as_ref() else {
        return refuse("this SELECT cannot be used here", FORM);
    };
    let grouped = match &select.group_by {
        GroupByExpr::All(_) => true,
        GroupByExpr::Expressions(by, _) => !by.is_empty(),
    };
    if !bare
        || grouped
        || select.having.is_some()
        || select.distinct.is_some()
        || select.projection.len() != 1
    {
        return refuse("a SELECT here has one thing to give, one table and a condition", FORM);
    }
    Ok(select)
}

/// What a SELECT gives: COUNT(*), COUNT(DISTINCT column), MIN(column) or MAX(column).
fn asked(select: &Select) -> Result<Asked<'_>, ExpressionError> {
    let only =
        "a SELECT that gives a value gives COUNT(*), COUNT(DISTINCT column), MIN(column) or MAX(column)";
    let Some(SelectItem::UnnamedExpr(Expr::Function(function))) = select.projection.first() else {
        return refuse(only, FORM);
    };
    let name = function.name.to_string().to_uppercase();
    match (name.as_str(), argument(function)) {
        ("COUNT", Some((false, FunctionArgExpr::Wildcard))) => Ok(Asked::Count),
        ("COUNT", Some((true, FunctionArgExpr::Expr(of)))) => Ok(Asked::CountDistinct(of)),
        ("MIN", Some((false, FunctionArgExpr::Expr(of)))) => Ok(Asked::Least(of)),
        ("MAX", Some((false, FunctionArgExpr::Expr(of)))) => Ok(Asked::Largest(of)),
        _ => refuse(only, FORM),
    }
}

/// The one argument of a function, and whether DISTINCT stands before it.
fn argument(function: &Function) -> Option<(bool, &FunctionArgExpr)> {
    if function.filter.is_some() || function.over.is_some() {
        return None;
    }
    let FunctionArguments::List(list) = &function.args else { return None };
    match list.args.as_slice() {
        [FunctionArg::Unnamed(one)] if list.clauses.is_empty() => {
            Some((matches!(list.duplicate_treatment, Some(DuplicateTreatment::Distinct)), one))
        }
        _ => None,
    }
}
