"""What sqlglot writes, and a database does not understand alike: the table of differences."""

from __future__ import annotations

from sqlglot import exp


def portable(query: exp.Expr, dialect: str) -> exp.Expr:
    """Return a query, or another statement, as a database needs it before it is written."""
    if dialect == "postgres":
        return query.transform(_for_postgres)
    if dialect == "spark":
        return query.transform(_for_spark)
    return query


def _is_wide(node: exp.Expr) -> bool:
    return isinstance(node, exp.DataType) and node.this is exp.DataType.Type.INT128


def _for_spark(node: exp.Expr) -> exp.Expr:
    match node:
        case exp.DataType() if _is_wide(node):
            return exp.DataType.build("decimal(38, 0)")
        case exp.Bracket(expressions=[place]) if not isinstance(place, exp.Slice):
            return _looked_up(node, place)
        case exp.Interval() if _is_worked_out(node):
            return _as_often(node)
    return node


def _is_worked_out(node: exp.Interval) -> bool:
    return not isinstance(node.this.unnest(), exp.Literal)


def _as_often(node: exp.Interval) -> exp.Expr:
    """Return an interval of so many units as an expression says: one unit, so many times."""
    one = exp.Interval(this=exp.Literal.string("1"), unit=node.args["unit"])
    return exp.paren(node.this.unnest()) * one


def _looked_up(node: exp.Bracket, place: exp.Expr) -> exp.Expr:
    """Return what is at a place of an array; `[]`, once compiled, fails where the place is null."""
    if node.args.get("offset"):
        place = exp.paren(place) - 1
    return exp.func("get", node.this, place)


def _for_postgres(node: exp.Expr) -> exp.Expr:
    # What is replaced is not looked into: what is within it is replaced by whoever replaces it.
    match node:
        case exp.DataType() if _is_wide(node):
            return exp.DataType.build("numeric")
        case exp.IntDiv():
            return _whole_quotient(node)
        case exp.Interval() if _is_worked_out(node):
            return _as_often(node)
        case exp.Filter(this=exp.ArgMax() | exp.ArgMin() as found):
            return _first_in_order(found, node.expression)
        case exp.ArgMax() | exp.ArgMin():
            return _first_in_order(node)
        case exp.Select():
            _look_up_instead_of_joining(node)
            _name_what_is_read(node)
    return node


def _whole_quotient(node: exp.IntDiv) -> exp.Expr:
    """Divide without DIV(), which is numeric there, wherever the numbers are not."""
    top, bottom = (part.transform(_for_postgres) for part in (node.this, node.expression))
    if any(_is_wide(each) for each in node.find_all(exp.DataType)):
        return exp.cast(exp.func("div", top, bottom), exp.DataType.Type.BIGINT)
    whole = exp.Div(this=top, expression=bottom, typed=True)
    return exp.cast(whole, exp.DataType.Type.BIGINT)


def _first_in_order(found: exp.ArgMax | exp.ArgMin, only: exp.Expr | None = None) -> exp.Expr:
    """Return what stands in the row that comes first in an order, of those that count."""
    order = exp.Ordered(this=found.expression, desc=isinstance(found, exp.ArgMax))
    listed: exp.Expr = exp.ArrayAgg(this=exp.Order(this=found.this, expressions=[order]))
    if only is not None:
        listed = exp.Filter(this=listed, expression=only)
    return exp.Bracket(this=exp.paren(listed), expressions=[exp.Literal.number(1)], offset=1)


def _name_what_is_read(query: exp.Select) -> None:
    """Name the queries that a query reads, in place: before 16 none may be without a name."""
    from_ = query.args.get("from_")
    for place, part in enumerate([*([from_] if from_ else []), *(query.args.get("joins") or ())]):
        if isinstance(part.this, exp.Subquery) and not part.this.alias:
            name = exp.to_identifier(f"part_{place}")
            part.this.set("alias", exp.TableAlias(this=name))


def _look_up_instead_of_joining(query: exp.Select) -> None:
    """Write joins that only ask whether there is a row (semi, anti) as conditions, in place."""
    for join in [each for each in query.args.get("joins") or () if each.kind in {"SEMI", "ANTI"}]:
        on = join.args.get("on")
        if on is None:
            first = query.args["from_"].this.alias_or_name
            asked = join.this.alias_or_name
            pairs = [
                exp.column(column.name, table=asked).eq(exp.column(column.name, table=first))
                for column in join.args["using"]
            ]
            on = exp.and_(*pairs)
        there: exp.Expr = exp.Exists(this=exp.select("1").from_(join.this.copy()).where(on.copy()))
        query.where(exp.not_(there) if join.kind == "ANTI" else there, copy=False)
        join.pop()
