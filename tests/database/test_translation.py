import pytest

from goodstanding.database.translation import translated


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("from t where a = $a", "SELECT * FROM t WHERE a = %(a)s"),
        ("select a // 2, a % 2", "SELECT CAST(a / 2 AS BIGINT), a %% 2"),
        ("select 'a%b', '50 %'", "SELECT 'a%%b', '50 %%'"),
        ("select a + interval (-3) day", "SELECT a + (-3) * INTERVAL '1 DAY'"),
        ("select a from t order by a desc", "SELECT a FROM t ORDER BY a DESC NULLS LAST"),
        (
            "select arg_max(a, b) filter (where c) as a, arg_min(a, b) as d from t",
            (
                "SELECT (ARRAY_AGG(a ORDER BY b DESC NULLS LAST) FILTER(WHERE c))[1] AS a, "
                "(ARRAY_AGG(a ORDER BY b ASC))[1] AS d FROM t"
            ),
        ),
        (
            "select a from t semi join u using (k) where a or b",
            "SELECT a FROM t WHERE (a OR b) AND EXISTS(SELECT 1 FROM u WHERE u.k = t.k)",
        ),
        (
            "select a from t anti join (from u) as v on v.k = t.k and v.l",
            (
                "SELECT a FROM t WHERE NOT EXISTS(SELECT 1 FROM (SELECT * FROM u) AS v "
                "WHERE v.k = t.k AND v.l)"
            ),
        ),
        ("select a from (select 1 as a)", "SELECT a FROM (SELECT 1 AS a) AS part_0"),
        (
            "with u as (select 1 as a) select a from u",
            "WITH u AS MATERIALIZED (SELECT 1 AS a) SELECT a FROM u",
        ),
        (
            "create table t (a varchar, b varchar primary key, c bigint)",
            'CREATE TABLE t (a TEXT COLLATE "C", b TEXT PRIMARY KEY COLLATE "C", c BIGINT)',
        ),
        (
            "select json_extract_string(cast(a as json), '$.grade') from t",
            "SELECT JSON_EXTRACT_PATH_TEXT(CAST(a AS JSON), 'grade') FROM t",
        ),
    ],
)
def test_sql_of_the_portable_subset_is_written_as_postgresql_has_it(written, read):
    assert translated(written) == read


def test_sql_that_postgresql_has_not_is_a_defect_that_is_found_at_once():
    with pytest.raises(ValueError, match=r"not for PostgreSQL: .*IGNORE NULLS"):
        translated("select any_value(a) from t")
