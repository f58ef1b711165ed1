//! What a template of others may do: print values, choose with `if`, loop over given lists. Nothing that could build a
//! value, so that work and memory are bounded by the text of the template and by what is told: no assignments, macros,
//! includes, calls, arithmetic, or joining of texts.

use minijinja::machinery::ast::{BinOpKind, CallArg, Expr, Stmt};
use minijinja::machinery::parse;
use minijinja::syntax::SyntaxConfig;

use crate::webhook::body::{BodyError, tags};

/// Loops inside loops.
const DEEPEST: usize = 4;
/// Statements and expressions inside each other; each `elif` is inside the one before.
const DEEPEST_TREE: usize = 400;

/// Refuses everything else.
pub(super) fn check(source: &str, syntax: SyntaxConfig) -> Result<(), BodyError> {
    tags::check(source)?;
    let tree = parse(source, "body", syntax).map_err(|error| BodyError::of(&error))?;
    statement(&tree, Depth::default())
}

/// How deep a part of a template lies.
#[derive(Clone, Copy, Default)]
struct Depth {
    loops: usize,
    levels: usize,
}

impl Depth {
    fn deeper(self) -> Result<Self, BodyError> {
        if self.levels == DEEPEST_TREE {
            return Err(BodyError("the template is nested too deeply".to_owned()));
        }
        Ok(Self { levels: self.levels + 1, ..self })
    }
}

fn no<T>(what: &str) -> Result<T, BodyError> {
    Err(BodyError(format!("{what} cannot be used here; there are {{{{ value }}}}, if and for")))
}

fn statements(all: &[Stmt<'_>], depth: Depth) -> Result<(), BodyError> {
    all.iter().try_for_each(|one| statement(one, depth))
}

fn statement(one: &Stmt<'_>, depth: Depth) -> Result<(), BodyError> {
    let depth = depth.deeper()?;
    match one {
        Stmt::Template(template) => statements(&template.children, depth),
        Stmt::EmitRaw(_) => Ok(()),
        Stmt::EmitExpr(emit) => expression(&emit.expr, depth),
        Stmt::IfCond(condition) => {
            expression(&condition.expr, depth)?;
            statements(&condition.true_body, depth)?;
            statements(&condition.false_body, depth)
        }
        Stmt::ForLoop(each) => {
            if depth.loops == DEEPEST {
                return no("so many loops inside each other");
            }
            if each.recursive {
                return no("a recursive loop");
            }
            path(&each.iter, depth)?;
            target(&each.target)?;
            each.filter_expr.iter().try_for_each(|one| expression(one, depth))?;
            statements(&each.body, Depth { loops: depth.loops + 1, ..depth })?;
            statements(&each.else_body, depth)
        }
        Stmt::WithBlock(_) => no("with"),
        Stmt::Set(_) | Stmt::SetBlock(_) => no("set"),
        Stmt::AutoEscape(_) => no("autoescape"),
        Stmt::FilterBlock(_) => no("filter"),
        Stmt::Block(_) | Stmt::Extends(_) => no("inheritance"),
        Stmt::Import(_) | Stmt::FromImport(_) | Stmt::Include(_) => no("including other templates"),
        Stmt::Macro(_) | Stmt::CallBlock(_) => no("a macro"),
        Stmt::Do(_) => no("do"),
    }
}

/// Names that a loop gives to its items.
fn target(names: &Expr<'_>) -> Result<(), BodyError> {
    match names {
        Expr::Var(_) => Ok(()),
        _ => no("more than one name for a loop's item"),
    }
}

/// What may be looped over: something given, never something made.
fn path(list: &Expr<'_>, depth: Depth) -> Result<(), BodyError> {
    let depth = depth.deeper()?;
    match list {
        Expr::Var(_) => Ok(()),
        Expr::GetAttr(get) => path(&get.expr, depth),
        Expr::GetItem(get) => {
            expression(&get.subscript_expr, depth)?;
            path(&get.expr, depth)
        }
        _ => no("a loop over something else than a given list"),
    }
}

fn expression(any: &Expr<'_>, depth: Depth) -> Result<(), BodyError> {
    let depth = depth.deeper()?;
    match any {
        Expr::Var(_) | Expr::Const(_) => Ok(()),
        Expr::GetAttr(get) => expression(&get.expr, depth),
        Expr::GetItem(get) => {
            expression(&get.expr, depth)?;
            expression(&get.subscript_expr, depth)
        }
        Expr::UnaryOp(op) => expression(&op.expr, depth),
        Expr::BinOp(op) => {
            match op.op {
                BinOpKind::Add
                | BinOpKind::Sub
                | BinOpKind::Mul
                | BinOpKind::Div
                | BinOpKind::FloorDiv
                | BinOpKind::Rem
                | BinOpKind::Pow => return no("arithmetic"),
                BinOpKind::Concat => return no("joining texts (write them beside each other)"),
                BinOpKind::Eq
                | BinOpKind::Ne
                | BinOpKind::Lt
                | BinOpKind::Lte
                | BinOpKind::Gt
                | BinOpKind::Gte
                | BinOpKind::ScAnd
                | BinOpKind::ScOr
                | BinOpKind::In => {}
            }
            expression(&op.left, depth)?;
            expression(&op.right, depth)
        }
        Expr::Compare(compare) => {
            expression(&compare.expr, depth)?;
            compare.ops.iter().try_for_each(|op| expression(&op.expr, depth))
        }
        Expr::IfExpr(choice) => {
            expression(&choice.test_expr, depth)?;
            expression(&choice.true_expr, depth)?;
            choice.false_expr.iter().try_for_each(|one| expression(one, depth))
        }
        Expr::Filter(filter) => {
            filter.expr.iter().try_for_each(|one| expression(one, depth))?;
            arguments(&filter.args, depth)
        }
        Expr::Test(test) => {
            expression(&test.expr, depth)?;
            arguments(&test.args, depth)
        }
        Expr::List(list) => list.items.iter().try_for_each(|item| match item {
            Expr::Const(_) => Ok(()),
            _ => no("a list of anything but plain values"),
        }),
        Expr::Slice(_) => no("a slice"),
        Expr::Call(_) => no("a function"),
        Expr::Tuple(_) => no("a tuple"),
        Expr::Map(_) => no("a map"),
    }
}

fn arguments(all: &[CallArg<'_>], depth: Depth) -> Result<(), BodyError> {
    all.iter().try_for_each(|one| match one {
        CallArg::Pos(value) | CallArg::Kwarg(_, value) => expression(value, depth),
        CallArg::PosSplat(_) | CallArg::KwargSplat(_) => no("spread arguments"),
    })
}
