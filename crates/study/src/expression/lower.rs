//! From text to a typed SQL expression over the names in scope.

use std::collections::{BTreeMap, BTreeSet};

use oligomet_base::Duration;
use oligomet_base::day::{DateOrder, PartialDate};
use oligomet_base::number::shortest;
use oligomet_base::suggest::did_you_mean;
use oligomet_schema::TableSpec;
use sqlparser::ast::{BinaryOperator, CaseWhen, Expr, UnaryOperator, Value};
use sqlparser::dialect::SQLiteDialect;
use sqlparser::parser::Parser;
use sqlparser::tokenizer::Token;

use super::bounds::{calculated, compared};
use super::kind::{Kind, Scope};

/// An expression that is understood: SQL made by us, its kind, and the names it uses.
#[derive(Debug, Clone, PartialEq)]
pub struct Expression {
    /// SQL over a table whose columns are the names in scope.
    pub sql: String,
    /// What it gives.
    pub kind: Kind,
    /// The names it uses, as spelt in scope.
    pub names: BTreeSet<String>,
    /// The tables of the records that it asks, and their columns that it uses.
    pub tables: BTreeMap<String, BTreeSet<String>>,
}

/// Why an expression is not understood.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what}")]
pub struct ExpressionError {
    /// What is wrong.
    pub what: String,
    /// How to mend it.
    pub mend: String,
    /// The word in the text that is meant, if it is one word.
    pub word: Option<String>,
}

pub(super) fn refuse<T>(what: impl Into<String>, mend: impl Into<String>) -> Result<T, ExpressionError> {
    Err(ExpressionError { what: what.into(), mend: mend.into(), word: None })
}

const ALLOWED: &str = "comparison, AND, OR, NOT, IN, BETWEEN, IS NULL, CASE and arithmetic can be used";

/// A part of an expression; literals keep their text until the other side says what they are.
pub(super) struct Part {
    pub(super) sql: String,
    pub(super) kind: Kind,
    pub(super) literal: Option<Literal>,
    /// The largest value that it can have where a day is not known, `sql` then being the smallest; `None` where `sql` is the value.
    pub(super) latest: Option<String>,
}

#[derive(Clone)]
pub(super) enum Literal {
    Text(String),
    Number(String),
}

pub(super) struct Lowering<'s, 'a> {
    pub(super) scope: &'s Scope<'a>,
    names: BTreeSet<String>,
    pub(super) tables: BTreeMap<String, BTreeSet<String>>,
    /// The table of the records that a SELECT takes, while it is read.
    pub(super) inner: Option<&'static TableSpec>,
}

impl Expression {
    /// Parses and types an expression.
    ///
    /// # Errors
    /// [`ExpressionError`] where the text is no expression, uses what is not allowed, names what is not in scope, or
    /// compares what cannot be compared.
    pub fn parse(text: &str, scope: &Scope<'_>) -> Result<Self, ExpressionError> {
        let expr = parse_sql(text)?;
        let mut lowering = Lowering { scope, names: BTreeSet::new(), tables: BTreeMap::new(), inner: None };
        let part = lowering.lower(&expr)?.exact();
        Ok(Self { sql: part.sql, kind: part.kind, names: lowering.names, tables: lowering.tables })
    }

    /// As [`Expression::parse`], and the result must be true, false or unknown.
    ///
    /// # Errors
    /// As [`Expression::parse`].
    pub fn parse_rule(text: &str, scope: &Scope<'_>) -> Result<Self, ExpressionError> {
        let expression = Self::parse(text, scope)?;
        match expression.kind {
            Kind::Truth => Ok(expression),
            other => refuse(
                format!("a rule must be true or false, and this is {}", other.name()),
                "compare it with something, as in `age >= 18`",
            ),
        }
    }
}

fn parse_sql(text: &str) -> Result<Expr, ExpressionError> {
    let unreadable = |message: String| ExpressionError {
        what: format!("the expression cannot be read: {}", message.trim_start_matches("sql parser error: ")),
        mend: format!("texts stand in 'single quotes'; {ALLOWED}"),
        word: None,
    };
    let mut parser =
        Parser::new(&SQLiteDialect {}).try_with_sql(text).map_err(|e| unreadable(e.to_string()))?;
    let expr = parser.parse_expr().map_err(|e| unreadable(e.to_string()))?;
    let next = parser.peek_token();
    if next.token != Token::EOF {
        let mut error = unreadable(format!("nothing was expected after `{}`", next.token));
        error.word = Some(next.token.to_string());
        return Err(error);
    }
    Ok(expr)
}

impl Lowering<'_, '_> {
    pub(super) fn lower(&mut self, expr: &Expr) -> Result<Part, ExpressionError> {
        match expr {
            Expr::Nested(inner) => self.lower(inner),
            Expr::Identifier(ident) => self.name(&ident.value),
            Expr::CompoundIdentifier(parts) => {
                let dotted: Vec<&str> = parts.iter().map(|p| p.value.as_str()).collect();
                self.name(&dotted.join("."))
            }
            Expr::Value(value) => literal(&value.value),
            Expr::IsNull(inner) => self.null_test(inner, "IS NULL"),
            Expr::IsNotNull(inner) => self.null_test(inner, "IS NOT NULL"),
            Expr::UnaryOp { op, expr } => self.unary(*op, expr),
            Expr::BinaryOp { left, op, right } => self.binary(left, op, right),
            Expr::InList { expr, list, negated } => self.in_list(expr, list, *negated),
            Expr::Between { expr, negated, low, high } => self.between(expr, *negated, low, high),
            Expr::Case { operand: None, conditions, else_result, .. } => {
                self.case(conditions, else_result.as_deref())
            }
            Expr::Exists { subquery, negated } => self.exists(subquery, *negated),
            Expr::Subquery(query) => self.over_rows(query),
            Expr::InSubquery { .. } => refuse("IN takes a list here", "use EXISTS with the condition"),
            other => refuse(format!("`{other}` cannot be used here"), ALLOWED),
        }
    }

    fn name(&mut self, name: &str) -> Result<Part, ExpressionError> {
        if let Some(inner) = self.inner_name(name) {
            return Ok(inner);
        }
        if let Some(found) = self.scope.find(name) {
            self.names.insert(found.name.clone());
            let sql = format!("base.{}", quote_name(&found.name));
            return Ok(Part::known(sql, found.kind.clone()));
        }
        let inner = self.inner.iter().flat_map(|t| t.fields.iter().map(|f| f.name.as_str()));
        let known: Vec<&str> = inner.chain(self.scope.names()).collect();
        let what = match self.inner {
            Some(table) => format!("neither `{}` nor the row has a column `{name}`", table.name),
            None => format!("there is no column `{name}`"),
        };
        let mend = did_you_mean(name, known).unwrap_or_else(|| self.scope.where_columns_stand().to_owned());
        Err(ExpressionError { what, mend, word: Some(name.to_owned()) })
    }

    fn null_test(&mut self, inner: &Expr, test: &str) -> Result<Part, ExpressionError> {
        let part = self.lower(inner)?;
        Ok(truth(format!("({} {test})", part.sql)))
    }

    fn unary(&mut self, op: UnaryOperator, inner: &Expr) -> Result<Part, ExpressionError> {
        let part = self.lower(inner)?;
        match (op, &part.kind) {
            (UnaryOperator::Not, Kind::Truth | Kind::Null) => Ok(truth(format!("(NOT {})", part.sql))),
            (UnaryOperator::Minus | UnaryOperator::Plus, Kind::Number | Kind::Duration) => {
                let signed = |sql: &str| format!("({op}{sql})");
                let literal = part.literal.as_ref().and_then(|l| match l {
                    Literal::Number(n) => Some(Literal::Number(format!("-{n}"))),
                    Literal::Text(_) => None,
                });
                Ok(match (&part.latest, op) {
                    // The largest becomes the smallest.
                    (Some(latest), UnaryOperator::Minus) => {
                        Part { latest: Some(signed(&part.sql)), ..Part::known(signed(latest), part.kind) }
                    }
                    (Some(_), _) => part,
                    (None, _) => Part { literal, ..Part::known(signed(&part.sql), part.kind) },
                })
            }
            (_, kind) => refuse(format!("`{op}` cannot stand before {}", kind.name()), ALLOWED),
        }
    }

    fn binary(&mut self, left: &Expr, op: &BinaryOperator, right: &Expr) -> Result<Part, ExpressionError> {
        use BinaryOperator as Op;
        let (l, r) = (self.lower(left)?, self.lower(right)?);
        match op {
            Op::And | Op::Or => {
                require_truth(&l)?;
                require_truth(&r)?;
                Ok(truth(format!("({} {op} {})", l.sql, r.sql)))
            }
            Op::Eq | Op::NotEq => compare(l, &op.to_string(), r, false),
            Op::Lt | Op::LtEq | Op::Gt | Op::GtEq => compare(l, &op.to_string(), r, true),
            Op::Plus | Op::Minus | Op::Multiply | Op::Divide => arithmetic(l, op, r),
            other => refuse(format!("`{other}` cannot be used here"), ALLOWED),
        }
    }

    fn in_list(&mut self, expr: &Expr, list: &[Expr], negated: bool) -> Result<Part, ExpressionError> {
        let subject = self.lower(expr)?;
        let mut items = Vec::new();
        for item in list {
            let item = self.lower(item)?;
            items.push(coerce(item, &subject.kind)?);
        }
        let not = if negated { "NOT " } else { "" };
        if subject.latest.is_some() || items.iter().any(|i| i.latest.is_some()) {
            let equal: Vec<String> = items.iter().map(|i| compared(&subject, "=", i).sql).collect();
            return Ok(truth(format!("({not}({}))", equal.join(" OR "))));
        }
        let items: Vec<&str> = items.iter().map(|i| i.sql.as_str()).collect();
        Ok(truth(format!("({} {not}IN ({}))", subject.sql, items.join(", "))))
    }

    fn between(
        &mut self,
        expr: &Expr,
        negated: bool,
        low: &Expr,
        high: &Expr,
    ) -> Result<Part, ExpressionError> {
        let subject = self.lower(expr)?;
        require_order(&subject.kind)?;
        let low = self.lower(low)?;
        let high = self.lower(high)?;
        let (low, high) = (coerce(low, &subject.kind)?, coerce(high, &subject.kind)?);
        let not = if negated { "NOT " } else { "" };
        let inside = [compared(&subject, ">=", &low).sql, compared(&subject, "<=", &high).sql];
        Ok(truth(format!("({not}({}))", inside.join(" AND "))))
    }

    fn case(&mut self, conditions: &[CaseWhen], otherwise: Option<&Expr>) -> Result<Part, ExpressionError> {
        let mut sql = "(CASE".to_owned();
        let mut kind = Kind::Null;
        for when in conditions {
            let condition = self.lower(&when.condition)?;
            require_truth(&condition)?;
            let result = self.lower(&when.result)?.exact();
            kind = common_kind(kind, &result)?;
            sql.push_str(&format!(" WHEN {} THEN {}", condition.sql, result.sql));
        }
        if let Some(expr) = otherwise {
            let result = self.lower(expr)?.exact();
            kind = common_kind(kind, &result)?;
            sql.push_str(&format!(" ELSE {}", result.sql));
        }
        sql.push_str(" END)");
        Ok(Part::known(sql, kind))
    }
}

pub(super) fn truth(sql: String) -> Part {
    Part::known(sql, Kind::Truth)
}

pub(super) fn quote_name(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

fn quote_text(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// A number as SQL that is never an integer, so that 1 / 2 is one half.
fn number_sql(number: &str) -> Result<String, ExpressionError> {
    match number.parse::<f64>() {
        Ok(value) if value.is_finite() => {
            let text = shortest(value);
            Ok(if text.contains(['.', 'e']) { text } else { format!("{text}.0") })
        }
        _ => refuse(format!("{number} is no number"), "write decimals with a point"),
    }
}

fn literal(value: &Value) -> Result<Part, ExpressionError> {
    match value {
        Value::Number(n, _) => {
            let literal = Some(Literal::Number(n.clone()));
            Ok(Part { literal, ..Part::known(number_sql(n)?, Kind::Number) })
        }
        Value::SingleQuotedString(t) | Value::DoubleQuotedString(t) => {
            Ok(Part { literal: Some(Literal::Text(t.clone())), ..Part::known(quote_text(t), Kind::Text) })
        }
        Value::Boolean(b) => Ok(truth(if *b { "1" } else { "0" }.into())),
        Value::Null => Ok(Part::known("NULL".into(), Kind::Null)),
        other => refuse(format!("`{other}` cannot be used here"), ALLOWED),
    }
}

pub(super) fn require_truth(part: &Part) -> Result<(), ExpressionError> {
    match part.kind {
        Kind::Truth | Kind::Null => Ok(()),
        ref other => refuse(
            format!("AND, OR and WHEN join what is true or false, and here stands {}", other.name()),
            "compare it with something first",
        ),
    }
}

pub(super) fn require_order(kind: &Kind) -> Result<(), ExpressionError> {
    match kind {
        Kind::Number | Kind::Date | Kind::Duration | Kind::Null => Ok(()),
        other => refuse(
            format!("{} has no order that a rule could use", other.name()),
            "use = or IN with the levels meant",
        ),
    }
}

fn compare(l: Part, op: &str, r: Part, ordered: bool) -> Result<Part, ExpressionError> {
    if matches!(l.kind, Kind::Null) || matches!(r.kind, Kind::Null) {
        return refuse("a comparison with NULL is always unknown", "write IS NULL or IS NOT NULL");
    }
    // The side that is no literal says what the other must be.
    let (l, r) = match (&l.literal, &r.literal) {
        (Some(_), None) => {
            let kind = r.kind.clone();
            (coerce(l, &kind)?, r)
        }
        _ => {
            let kind = l.kind.clone();
            (l, coerce(r, &kind)?)
        }
    };
    if ordered {
        require_order(&l.kind)?;
    }
    Ok(compared(&l, op, &r))
}

/// `part` as a value of that kind; only literals change, and only where they are meant so.
fn coerce(part: Part, kind: &Kind) -> Result<Part, ExpressionError> {
    match (kind, &part.literal) {
        (Kind::Category(levels), Some(literal)) => level_literal(levels, literal),
        (Kind::Date, Some(Literal::Text(text))) => date_literal(text),
        (Kind::Duration, Some(Literal::Text(text))) => duration_literal(text),
        (Kind::Duration, Some(Literal::Number(n))) if n.parse() == Ok(0.0) => Ok(part),
        (Kind::Duration, Some(Literal::Number(n))) => {
            refuse(format!("{n} has no unit of time"), format!("write '{n} d', '{n} mo' or '{n} y'"))
        }
        (Kind::Truth, Some(literal)) => truth_literal(literal),
        (Kind::Text, _) if matches!(part.kind, Kind::Text | Kind::Category(_)) => Ok(part),
        (Kind::Category(_), None) if matches!(part.kind, Kind::Text | Kind::Category(_)) => Ok(part),
        _ if part.kind == *kind || part.kind == Kind::Null => Ok(part),
        _ => refuse(
            format!("{} cannot be compared with {}", kind.name(), part.kind.name()),
            "both sides must be of one kind",
        ),
    }
}

fn level_literal(levels: &[String], literal: &Literal) -> Result<Part, ExpressionError> {
    let text = match literal {
        Literal::Text(t) | Literal::Number(t) => t,
    };
    // `lymph-node` and `Lymph node` are one level: the code of the records and what is printed.
    let plain = |t: &str| t.to_lowercase().replace(['-', '_'], " ");
    let alike = || {
        let mut found = levels.iter().filter(|l| plain(l) == plain(text));
        found.next().filter(|_| found.next().is_none())
    };
    if let Some(level) = levels.iter().find(|l| *l == text).or_else(alike) {
        return Ok(Part::known(quote_text(level), Kind::Text));
    }
    Err(ExpressionError {
        what: format!("there is no level '{text}'"),
        mend: did_you_mean(text, levels.iter().map(String::as_str))
            .unwrap_or_else(|| format!("the levels are {}", levels.join(", "))),
        word: Some(text.clone()),
    })
}

fn date_literal(text: &str) -> Result<Part, ExpressionError> {
    match PartialDate::parse(text, DateOrder::YearMonthDay) {
        Some(PartialDate::Day(day)) => Ok(Part::known(day.0.to_string(), Kind::Date)),
        _ => refuse(format!("'{text}' is no date"), "write dates as '2019-03-01'"),
    }
}

fn duration_literal(text: &str) -> Result<Part, ExpressionError> {
    match text.parse::<Duration>() {
        Ok(d) => Ok(Part::known(number_sql(&shortest(d.days()))?, Kind::Duration)),
        Err(error) => refuse(error.to_string(), "write durations as '6 mo'"),
    }
}

fn truth_literal(literal: &Literal) -> Result<Part, ExpressionError> {
    let (Literal::Text(text) | Literal::Number(text)) = literal;
    match text.to_ascii_lowercase().as_str() {
        "yes" | "true" | "1" => Ok(truth("1".into())),
        "no" | "false" | "0" => Ok(truth("0".into())),
        _ => refuse(
            format!("'{text}' is neither yes nor no"),
            "compare with 'yes' or 'no', or use the column alone",
        ),
    }
}

fn arithmetic(l: Part, op: &BinaryOperator, r: Part) -> Result<Part, ExpressionError> {
    use BinaryOperator as Op;
    // A duration written as text beside a date or a duration: `start_date + '30 d'`.
    let timed = |kind: &Kind| matches!(kind, Kind::Date | Kind::Duration);
    let r = match &r.literal {
        Some(Literal::Text(text)) if timed(&l.kind) => duration_literal(text)?,
        _ => r,
    };
    let kind = match (&l.kind, op, &r.kind) {
        (Kind::Number, _, Kind::Number) => Kind::Number,
        (Kind::Date, Op::Minus, Kind::Date) => Kind::Duration,
        (Kind::Date, Op::Plus | Op::Minus, Kind::Duration) => Kind::Date,
        (Kind::Duration, Op::Plus | Op::Minus, Kind::Duration) => Kind::Duration,
        (Kind::Duration, Op::Multiply | Op::Divide, Kind::Number) => Kind::Duration,
        (Kind::Duration, Op::Divide, Kind::Duration) => Kind::Number,
        (a, _, b) => {
            return refuse(
                format!("{} {op} {} has no meaning", a.name(), b.name()),
                "a date minus a date is a duration; add to a date only durations, as '30 d'",
            );
        }
    };
    // Dates are whole numbers inside; 1.0 keeps a division from being cut off.
    Ok(calculated(l, op, r, kind))
}

fn common_kind(so_far: Kind, part: &Part) -> Result<Kind, ExpressionError> {
    match (&so_far, &part.kind) {
        (_, Kind::Null) => Ok(so_far),
        (Kind::Null, kind) => Ok(kind.clone()),
        (a, b) if a == b => Ok(so_far),
        (Kind::Text | Kind::Category(_), Kind::Text | Kind::Category(_)) => Ok(Kind::Text),
        (a, b) => refuse(
            format!("CASE gives {} here and {} there", a.name(), b.name()),
            "all its results must be of one kind",
        ),
    }
}
