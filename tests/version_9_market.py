"""A market as schema version 9 made it, word for word, in a file and in PostgreSQL.

Its tables are those of version 8 and what came with 9.
"""

import re
from pathlib import Path

from goodstanding.database.address import Address
from goodstanding.database.duckdb import DuckDB
from goodstanding.database.postgres import PostgreSQL
from tests import version_8_market

NEW = """
create table effects_waiting (publication_no bigint primary key, silent_since date);
create unique index publication_numbers on publications (publication_no);
create unique index publication_editions on publications (rulebook_id, as_of,
  coalesce(restates, 0), corrected_at);
"""
DEFINITIONS = version_8_market.DEFINITIONS + NEW
ACCESS_LOG = """
create table access_log (look_no bigint generated always as identity, at timestamp, role varchar,
  by_name varchar, reason varchar, part varchar, concerns varchar, buyer varchar);
"""
# In PostgreSQL alone.
INDEXES = """
create unique index order_ids_no on order_ids (order_no);
create unique index order_ids_id on order_ids (order_id);
create unique index seller_ids_no on seller_ids (seller_no);
create unique index seller_ids_id on seller_ids (seller_id);
create unique index buyer_ids_no on buyer_ids (buyer_no);
create unique index buyer_ids_id on buyer_ids (buyer_id);
create unique index listing_ids_no on listing_ids (listing_no);
create unique index listing_ids_id on listing_ids (listing_id);
create unique index category_ids_no on category_ids (category_no);
create unique index category_ids_id on category_ids (category_id);
create unique index violation_ids_no on violation_ids (violation_no);
create unique index violation_ids_id on violation_ids (violation_id);
create unique index finding_ids_no on finding_ids (finding_no);
create unique index finding_ids_id on finding_ids (finding_id);
create unique index thread_ids_no on thread_ids (thread_no);
create unique index thread_ids_id on thread_ids (thread_id);
create index orders_key on orders (order_no);
create index orders_revised_key on orders_revised (order_no);
create index orders_retracted_key on orders_retracted (order_no);
create index orders_buyer_no on orders (buyer_no);
create index orders_parent_order_no on orders (parent_order_no);
create index orders_seller_no on orders (seller_no);
create index order_lines_key on order_lines (order_no, line_no);
create index order_lines_revised_key on order_lines_revised (order_no, line_no);
create index order_lines_retracted_key on order_lines_retracted (order_no, line_no);
create index order_lines_category_no on order_lines (category_no);
create index order_lines_listing_no on order_lines (listing_no);
create index feedback_key on feedback (feedback_id, given_at);
create index feedback_revised_key on feedback_revised (feedback_id, given_at);
create index feedback_retracted_key on feedback_retracted (feedback_id, given_at);
create index feedback_order_no on feedback (order_no);
create index disputes_key on disputes (dispute_id);
create index disputes_revised_key on disputes_revised (dispute_id);
create index disputes_retracted_key on disputes_retracted (dispute_id);
create index disputes_order_no on disputes (order_no);
create index refunds_key on refunds (refund_id);
create index refunds_revised_key on refunds_revised (refund_id);
create index refunds_retracted_key on refunds_retracted (refund_id);
create index refunds_order_no on refunds (order_no);
create index chargebacks_key on chargebacks (chargeback_id);
create index chargebacks_revised_key on chargebacks_revised (chargeback_id);
create index chargebacks_retracted_key on chargebacks_retracted (chargeback_id);
create index chargebacks_order_no on chargebacks (order_no);
create index messages_key on messages (thread_no);
create index messages_revised_key on messages_revised (thread_no);
create index messages_retracted_key on messages_retracted (thread_no);
create index messages_buyer_no on messages (buyer_no);
create index messages_order_no on messages (order_no);
create index messages_seller_no on messages (seller_no);
create index violations_key on violations (violation_no);
create index violations_revised_key on violations_revised (violation_no);
create index violations_retracted_key on violations_retracted (violation_no);
create index findings_key on findings (finding_no);
create index findings_revised_key on findings_revised (finding_no);
create index findings_retracted_key on findings_retracted (finding_no);
create index findings_buyer_no on findings (buyer_no);
create index exclusions_key on exclusions (exclusion_id);
create index exclusions_revised_key on exclusions_revised (exclusion_id);
create index exclusions_retracted_key on exclusions_retracted (exclusion_id);
create index incidents_key on incidents (incident_id);
create index incidents_revised_key on incidents_revised (incident_id);
create index incidents_retracted_key on incidents_retracted (incident_id);
create index sellers_key on sellers (seller_no);
create index sellers_revised_key on sellers_revised (seller_no);
create index sellers_retracted_key on sellers_retracted (seller_no);
create index buyers_key on buyers (buyer_no);
create index buyers_revised_key on buyers_revised (buyer_no);
create index buyers_retracted_key on buyers_retracted (buyer_no);
create index listings_key on listings (listing_no);
create index listings_revised_key on listings_revised (listing_no);
create index listings_retracted_key on listings_retracted (listing_no);
create index listings_category_no on listings (category_no);
create index listings_seller_no on listings (seller_no);
create index categories_key on categories (category_no);
create index categories_revised_key on categories_revised (category_no);
create index categories_retracted_key on categories_retracted (category_no);
create index categories_parent_no on categories (parent_no);
create index rates_key on rates (day, from_currency, to_currency);
create index rates_revised_key on rates_revised (day, from_currency, to_currency);
create index rates_retracted_key on rates_retracted (day, from_currency, to_currency);
create index kept_orders_order_id on kept_orders (order_id);
create index kept_orders_seller_id on kept_orders (seller_id);
create index kept_orders_buyer_id on kept_orders (buyer_id);
create index standings_subject_no on standings (subject_no);
create index standings_publication_no on standings (publication_no);
"""


def make(old: Path, source: Path) -> None:
    """Make a market of version 9 in a file, with the facts and standings of another market."""
    version_8_market.make(old, source, definitions=DEFINITIONS, version=9)


def make_in_postgres(
    address: Address,
    source: Path,
    *,
    version: int = 9,
    definitions: str = DEFINITIONS,
    stale: str = version_8_market.STALE,
) -> None:
    """Make one in PostgreSQL likewise, or one of another version by its definitions."""
    made = definitions + ACCESS_LOG + INDEXES
    target, read = PostgreSQL.open(address, create=True), DuckDB.open(source, read_only=True)
    try:
        target.execute_own(re.sub(r"\bvarchar\b", 'text collate "C"', made))
        for table in re.findall(r"create table (\w+)", definitions):
            of_it = ", ".join(_columns(target, table))
            target.fill(table, read.arrow(f"select {of_it} from {table}"))
        target.execute("update market set schema_version = $version", {"version": version})
        if stale:
            target.execute(stale)
    finally:
        read.close()
        target.close()


def _columns(database: PostgreSQL, table: str) -> list[str]:
    found = database.rows(
        "select column_name from information_schema.columns where table_schema = current_schema() "
        "and table_name = $table order by ordinal_position",
        {"table": table},
    )
    return [name for (name,) in found]
