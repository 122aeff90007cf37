"""The SQL of counts: GROUP BY one or two dimensions of a list.

The number of a group is the number of records that the list has when the filter of the same name and that value are added:
both use the same rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import F, Q, QuerySet

from config.api.database.replicas import reading, reading_alias
from config.api.engine.keyset import CursorPosition
from config.api.parameters.base import Branch, FilterSet, Values
from config.api.parameters.dimensions import Dimension, has_several
from config.record.models import IndexCount
from config.record.models.querysets import Among


class Groups:
    """The query of a page of groups: how many records each has, its values, and how many records there are.

    It is made of parts with names. `listed` has the records that the filters select. `of_0` has each of them with each of its
    values of the first dimension, `of_1` with those of the second, `of_0_1` with those that it has of both. Records in none
    of these have no value:

        WITH listed AS (SELECT id AS record FROM events_event WHERE …),
        of_0 AS (SELECT DISTINCT listed.record, value_0 FROM events_participation … JOIN listed …),
        numbered AS (
            SELECT value_0, COUNT(*) AS number FROM of_0 GROUP BY value_0
            UNION ALL SELECT NULL, COUNT(*) FROM listed LEFT JOIN of_0 ON of_0.record = listed.record WHERE of_0.record IS NULL)
        SELECT number, slug, (SELECT COUNT(*) FROM listed) FROM numbered LEFT JOIN actors_actor ON id = value_0
        ORDER BY number DESC, slug LIMIT 1001
    """

    def __init__(
        self,
        base: QuerySet[Any],
        filterset: type[FilterSet],
        values: Values,
        by: Mapping[str, Dimension],
        position: CursorPosition | None,
    ) -> None:
        self.base, self.filterset, self.values = base, filterset, values
        self.by, self.names, self.position = list(by.values()), list(by), position
        self._parts: list[str] = []
        self._given: list[Any] = []

    def __iter__(self) -> Iterator[tuple[Any, ...]]:
        try:
            sql, given = self.as_sql()
        except EmptyResultSet:
            return iter([] if self.by else [(0,)])
        with reading().cursor() as cursor:
            cursor.execute(sql, given)
            return iter(cursor.fetchall())

    def as_sql(self) -> tuple[str, list[Any]]:
        """Return the SQL and its parameters."""
        self._parts, self._given = [], []
        if not self.values and len(self.by) == 1 and self.by[0].kept:
            self._add_kept(*self.by[0].kept)
            return self._whole(self._page("(SELECT number FROM everything)"))
        self._add("listed", *self._compiled(self._listed()))
        if not self.by:
            return self._whole("SELECT COUNT(*) FROM listed")
        if not any(map(has_several, self.by)):
            # Asked for once, it is grouped while it is found.
            numbered, total = self._of_columns(), "CAST(SUM(numbered.number) OVER () AS bigint)"
        else:
            numbered, total = self._of_rows(), "(SELECT COUNT(*) FROM listed)"
        self._add("numbered", numbered)
        return self._whole(self._page(total))

    def _add_kept(self, table: Any, column: str) -> None:
        """Add the parts of a count over everything, of which the numbers are kept (`config.record.models.IndexCount`)."""
        sql, given = self._compiled(self.base.order_by().values("pk"))
        self._add("everything", f"SELECT COUNT(*) AS number FROM ({sql}) AS counted", given)  # noqa: S608 - names of our own
        kind = getattr(self.base.model, "KIND", "")
        where = "index_table = %s AND value_column = %s" + (" AND kind = %s" if kind else "")
        asked = [table._meta.db_table, column, *([str(kind)] if kind else [])]
        kept = f"SELECT SUM(number) FROM {IndexCount._meta.db_table} WHERE {where}"  # noqa: S608 - as above
        numbers = (
            f"SELECT value AS value_0, CAST(SUM(number) AS bigint) AS number FROM {IndexCount._meta.db_table} "  # noqa: S608 - as above
            f"WHERE {where} AND value <> 0 GROUP BY value UNION ALL "
            f"SELECT NULL, CAST(number - COALESCE(({kept} AND value = 0), 0) AS bigint) FROM everything"
        )
        self._add("numbered", numbers, [*asked, *asked])

    def _add(self, name: str, sql: str, given: Sequence[Any] = ()) -> str:
        self._parts.append(f"{name} AS ({sql})")
        self._given += given
        return name

    def _whole(self, sql: str) -> tuple[str, list[Any]]:
        return f"WITH {', '.join(self._parts)} {sql}", self._given

    @staticmethod
    def _compiled(queryset: QuerySet[Any]) -> tuple[str, Sequence[Any]]:
        sql, given = queryset.query.get_compiler(reading_alias()).as_sql()
        return sql, given

    def _listed(self) -> QuerySet[Any]:
        """Return the records to count, each with the values that it carries itself."""
        rows, record = self._found()
        columns: dict[str, Any] = {
            f"value_{number}": dimension.column(rows.model) for number, dimension in enumerate(self.by) if not dimension.branch
        }
        columns |= {f"via_{via}": F(via) for via in {one.branch.via for one in self.by if one.branch} - {"pk"}}
        listed: QuerySet[Any] = rows.order_by().annotate(via_pk=F(record), **columns).values("via_pk", *columns)
        return listed

    def _found(self) -> tuple[QuerySet[Any], str]:
        """Return the rows to count, and their key: those of a driving table, if it covers all conditions."""
        for driving in self.filterset.driving_tables(self.values):
            if driving.repeats or not self.values.keys() <= driving.covers or len(driving.alternatives) > 1:
                continue
            columns = {column.name for column in driving.table._meta.concrete_fields}
            if all(not one.branch and not one.refers and one.paths[0] in columns for one in self.by):
                kind = {"kind": self.base.model.KIND} if hasattr(self.base.model, "KIND") and "kind" in columns else {}
                first, *others = (driving.table._default_manager.filter(**row, **kind) for row in driving.alternatives[0])
                for other in others:
                    # Each is read once, whichever actor has more: what the other has is looked up in a hash.
                    first = first.filter(Among(driving.record, other.values(driving.record)))
                return first, driving.record
        return self.filterset.narrow(self.base, self.values), "pk"

    def _of_columns(self) -> str:
        values = ", ".join(f"value_{number}" for number in range(len(self.by)))
        return f"SELECT {values}, COUNT(*) AS number FROM listed GROUP BY {values}"  # noqa: S608 - names of our own

    def _of_rows(self) -> str:
        """Add a CTE of records and values for each dimension, and return the SELECT that counts them."""
        for number, dimension in enumerate(self.by):
            if dimension.branch:
                self._add_rows([number])
        if len(self.by) == 1:
            return " UNION ALL ".join([_counted("of_0", "of_0.value_0"), _counted(_without("listed", "of_0"), "NULL")])
        return " UNION ALL ".join(self._of_pairs())

    def _of_pairs(self) -> Iterator[str]:
        """Yield the SELECTs that count by two dimensions, at least one of which has several values per record."""
        first, second = self.by
        if not (first.branch and second.branch):
            own, other = ("listed", "of_1") if second.branch else ("of_0", "listed")
            rows = "of_1" if second.branch else "of_0"
            yield _counted(f"{rows} JOIN listed ON listed.via_pk = {rows}.record", f"{own}.value_0", f"{other}.value_1")
            values = ("listed.value_0", "NULL") if second.branch else ("NULL", "listed.value_1")
            yield _counted(_without("listed", rows), *values)
            return
        if first.branch is second.branch:
            self._add_rows([0, 1])
            yield _counted("of_0_1", "of_0_1.value_0", "of_0_1.value_1")
            yield _counted(_without("of_0", "of_0_1", "value_0"), "of_0.value_0", "NULL")
            yield _counted(_without("of_1", "of_0_1", "value_1"), "NULL", "of_1.value_1")
        else:
            yield _counted("of_0 JOIN of_1 ON of_1.record = of_0.record", "of_0.value_0", "of_1.value_1")
            yield _counted(_without("of_0", "of_1"), "of_0.value_0", "NULL")
            yield _counted(_without("of_1", "of_0"), "NULL", "of_1.value_1")
        neither = " ".join(f"LEFT JOIN {rows} ON {rows}.record = listed.via_pk" for rows in ("of_0", "of_1"))
        yield _counted(f"listed {neither} WHERE of_0.record IS NULL AND of_1.record IS NULL", "NULL", "NULL")

    def _add_rows(self, numbers: Sequence[int]) -> None:
        """Add a CTE of records and the values that one row of a branch has for all dimensions in `numbers`.

        Only rows that match the filters of the list count. A repeatable filter matches one row per repetition, and each of these
        rows matches the other filters too: so each must have the same values in the dimensions that cannot be repeated.
        """
        dimensions = {number: self.by[number] for number in numbers}
        name = "_".join(["of", *map(str, numbers)])
        first, *others = self._sets(dimensions)
        conditions = []
        for number, (rows, along) in enumerate(others):
            other = self._add_set(f"{name}_also_{number}", rows, along)
            same = "".join(f" AND {other}.value_{one} = met.value_{one}" for one in along)
            conditions.append(f"EXISTS (SELECT 1 FROM {other} WHERE {other}.record = met.record{same})")  # noqa: S608 - as above
        if conditions:
            met = self._add_set(f"{name}_met", *first)
            self._add(name, f"SELECT met.* FROM {met} AS met WHERE {' AND '.join(conditions)}")  # noqa: S608 - as above
        else:
            self._add_set(name, *first)

    def _sets(self, dimensions: dict[int, Dimension]) -> list[tuple[QuerySet[Any], dict[int, Dimension]]]:
        """Return the sets of rows that must all hold the same values of a record, each with its dimensions."""
        branch: Branch = next(iter(dimensions.values())).branch
        rows, again = self._rows(branch, dimensions)
        alone = {number: one for number, one in dimensions.items() if not one.parameter.repeatable}
        each = [(rows.filter(condition), alone) for condition in again] if alone else []
        return each if each and len(alone) == len(dimensions) else [(rows, dimensions), *each]

    def _rows(self, branch: Branch, dimensions: Mapping[int, Dimension]) -> tuple[QuerySet[Any], list[Any]]:
        """Return the rows of a branch that match its filters, and the conditions of the repeatable ones."""
        rows, again = branch.fetch(self.base.model, self.values), []
        counted = [self.names[number] for number in dimensions]
        for name, value in self.values.items():
            parameter = self.filterset.parameters()[name]
            if parameter.branch is not branch:
                continue
            if parameter.repeatable:
                again += [parameter.condition_among(one, self.values) for one in value]
            elif name not in counted:
                rows = rows.filter(parameter.condition_among(value, self.values))
        return rows, again

    def _add_set(self, name: str, rows: QuerySet[Any], dimensions: Mapping[int, Dimension]) -> str:
        """Add a CTE of the records that `rows` refer to, with the values of each row."""
        branch: Branch = next(iter(dimensions.values())).branch
        own = list(dimensions)
        alternatives, unique = list(self._alternatives(branch, rows, dimensions)), False
        if len(own) == 1 and (index := self._index(branch, dimensions[own[0]], own[0])) is not None:
            alternatives, unique = [index], True
        select = "SELECT" if unique or len(alternatives) > 1 else "SELECT DISTINCT"
        values = "".join(f", met.value_{number}" for number in own)
        via = "pk" if unique else branch.via
        texts: list[str] = []
        given: list[Any] = []
        for alternative in alternatives:
            sql, parameters = self._compiled(alternative)
            joined = f"JOIN listed ON listed.via_{via} = met.record_met"
            texts.append(f"{select} listed.via_pk AS record{values} FROM ({sql}) AS met {joined}")
            given += parameters
        return self._add(name, " UNION ".join(texts), given)

    def _alternatives(self, branch: Branch, rows: QuerySet[Any], dimensions: Mapping[int, Dimension]) -> Iterator[QuerySet[Any]]:
        for paths in product(*(one.paths for one in dimensions.values())):
            there, columns = Q(), {}
            for (number, one), path in zip(dimensions.items(), paths, strict=True):
                there &= one.present(rows.model, path) & self._chosen(self.names[number], path)
                columns[f"value_{number}"] = F(path)
            yield rows.filter(there).order_by().annotate(record_met=F(branch.record), **columns).values("record_met", *columns)

    def _chosen(self, name: str, path: str) -> Q:
        """Return the condition that a value is one of those that the filter of the same name was given."""
        parameter = self.filterset.parameters()[name]
        return Q() if parameter.repeatable or name not in self.values else parameter.among(path, self.values[name])

    def _index(self, branch: Branch, dimension: Dimension, number: int) -> QuerySet[Any] | None:
        """Return the rows of the projection that has all values of a dimension; None if other filters of the branch apply."""
        parameters = self.filterset.parameters()
        others = [name for name in self.values if parameters[name].branch is branch and not parameters[name].repeatable]
        if dimension.index is None or others:
            return None
        table, record, path = dimension.index
        rows = table._default_manager.filter(dimension.present(table, path)).order_by()
        found: QuerySet[Any] = rows.annotate(record_met=F(record), **{f"value_{number}": F(path)}).values(
            "record_met", f"value_{number}"
        )
        return found

    def _page(self, total: str) -> str:
        """Return the SELECT of the page: its groups with slugs, ordered and limited."""
        shown, joined = [], []
        for number, dimension in enumerate(self.by):
            shown.append(f"named_{number}.slug" if dimension.refers else f"numbered.value_{number}")
            if dimension.refers:
                table = connection.ops.quote_name(dimension.refers._meta.db_table)
                joined.append(f"LEFT JOIN {table} named_{number} ON named_{number}.id = numbered.value_{number}")
        keys = [f"key_{number}" for number in range(len(self.by))]
        columns = ", ".join(f"{one} AS {key}" for one, key in zip(shown, keys, strict=True))
        groups = f"SELECT numbered.number, {columns}, {total} AS total FROM numbered {' '.join(joined)} WHERE numbered.number > 0"  # noqa: S608
        position: Any = self.position
        beyond = f"WHERE {self._beyond(keys)} " if position.key_values is not None else ""
        down, up = (" DESC", "") if position.descending else ("", " DESC")
        order = ", ".join([f"number{down}", *(f"{key} IS NULL{up}, {key}{up}" for key in keys)])
        return f"SELECT * FROM ({groups}) AS grouped {beyond}ORDER BY {order} LIMIT {position.limit + 1}"  # noqa: S608 - as above

    def _beyond(self, keys: Sequence[str]) -> str:
        """Return the keyset condition of the page: by number, then by values, nulls last."""
        position: Any = self.position
        number, *values = position.key_values
        then = "1 = 0"
        given: list[Any] = []
        for key, value in reversed(list(zip(keys, values, strict=True))):
            if value is None:
                beyond, same, own = ("1 = 0" if position.descending else f"{key} IS NOT NULL"), f"{key} IS NULL", []
            else:
                beyond = f"({key} > %s OR {key} IS NULL)" if position.descending else f"{key} < %s"
                same, own = f"{key} = %s", [value, value]
            then, given = f"({beyond} OR ({same} AND {then}))", [*own, *given]
        self._given += [number, number, *given]
        return f"(number {'<' if position.descending else '>'} %s OR (number = %s AND {then}))"


def _counted(source: str, *values: str) -> str:
    names = ", ".join(value for value in values if value != "NULL")
    shown = ", ".join(f"{value} AS value_{number}" for number, value in enumerate(values))
    return f"SELECT {shown}, COUNT(*) AS number FROM {source}" + (f" GROUP BY {names}" if names else "")  # noqa: S608 - as above


def _without(source: str, other: str, value: str = "") -> str:
    """Return the rows of `source` whose record, or record and value, is not in `other`."""
    same = f" AND {other}.{value} = {source}.{value}" if value else ""
    record = "via_pk" if source == "listed" else "record"
    return f"{source} LEFT JOIN {other} ON {other}.record = {source}.{record}{same} WHERE {other}.record IS NULL"
