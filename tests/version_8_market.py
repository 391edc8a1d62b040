"""A market as schema version 8 made it: its tables word for word, filled from a market of today.

What a migration turns it into is compared with that market.
"""

from pathlib import Path

import duckdb

DEFINITIONS = """
create table market (schema_version integer, time_zone varchar, currency varchar);
create table loads (load_no integer, loaded_at timestamp, source varchar, recorded varchar,
  known_until timestamp);
create table load_counts (load_no integer, table_name varchar, rows_read bigint, rows_kept
  bigint, rows_unchanged bigint, rows_quarantined bigint);
create table quarantine (load_no integer, quarantine_no bigint, table_name varchar, place
  varchar, column_name varchar, reason varchar, row_text varchar);
create table waiting_orders (order_no bigint);
create table order_ids (order_no bigint, order_id varchar);
create table seller_ids (seller_no bigint, seller_id varchar);
create table buyer_ids (buyer_no bigint, buyer_id varchar);
create table listing_ids (listing_no bigint, listing_id varchar);
create table category_ids (category_no bigint, category_id varchar);
create table violation_ids (violation_no bigint, violation_id varchar);
create table finding_ids (finding_no bigint, finding_id varchar);
create table thread_ids (thread_no bigint, thread_id varchar);
create table orders (order_no bigint, parent_order_no bigint, buyer_no bigint, seller_no bigint,
  placed_at timestamp, paid_at timestamp, ship_by timestamp, shipped_at timestamp, deliver_by
  timestamp, delivered_at timestamp, closed_at timestamp, cancelled_at timestamp, cancelled_by
  varchar, cancel_reason varchar, amount_minor bigint, currency varchar, shipping_method
  varchar, carrier varchar, ship_to varchar, fulfilled_by varchar, extra varchar, recorded_at
  timestamp, load_no integer);
create table orders_revised (order_no bigint);
create table orders_retracted (order_no bigint, column_name varchar, retracted_at timestamp,
  retracted_by varchar, load_no integer);
create table order_lines (order_no bigint, line_no bigint, listing_no bigint, category_no
  bigint, quantity bigint, amount_minor bigint, recorded_at timestamp, load_no integer);
create table order_lines_revised (order_no bigint, line_no bigint);
create table order_lines_retracted (order_no bigint, line_no bigint, column_name varchar,
  retracted_at timestamp, retracted_by varchar, load_no integer);
create table feedback (feedback_id varchar, given_at timestamp, order_no bigint, given_by
  varchar, stars smallint, description_stars smallint, communication_stars smallint,
  logistics_stars smallint, comment varchar, removed_at timestamp, removed_reason varchar,
  removed_by varchar, recorded_at timestamp, load_no integer);
create table feedback_revised (feedback_id varchar, given_at timestamp);
create table feedback_retracted (feedback_id varchar, given_at timestamp, column_name varchar,
  retracted_at timestamp, retracted_by varchar, load_no integer);
create table disputes (dispute_id varchar, order_no bigint, first_reason varchar, reason
  varchar, opened_at timestamp, buyer_acted_at timestamp, answered_at timestamp, escalated_at
  timestamp, closed_at timestamp, close_reason varchar, liable varchar, has_return boolean,
  recorded_at timestamp, load_no integer);
create table disputes_revised (dispute_id varchar);
create table disputes_retracted (dispute_id varchar, column_name varchar, retracted_at
  timestamp, retracted_by varchar, load_no integer);
create table refunds (refund_id varchar, order_no bigint, refunded_at timestamp, amount_minor
  bigint, reason varchar, is_statutory boolean, recorded_at timestamp, load_no integer);
create table refunds_revised (refund_id varchar);
create table refunds_retracted (refund_id varchar, column_name varchar, retracted_at timestamp,
  retracted_by varchar, load_no integer);
create table chargebacks (chargeback_id varchar, order_no bigint, filed_at timestamp, outcome
  varchar, recorded_at timestamp, load_no integer);
create table chargebacks_revised (chargeback_id varchar);
create table chargebacks_retracted (chargeback_id varchar, column_name varchar, retracted_at
  timestamp, retracted_by varchar, load_no integer);
create table messages (thread_no bigint, seller_no bigint, buyer_no bigint, order_no bigint,
  opened_by varchar, first_at timestamp, first_answer_at timestamp, is_spam boolean, recorded_at
  timestamp, load_no integer);
create table messages_revised (thread_no bigint);
create table messages_retracted (thread_no bigint, column_name varchar, retracted_at timestamp,
  retracted_by varchar, load_no integer);
create table violations (violation_no bigint, subject_kind varchar, subject_id varchar, ledger
  varchar, points decimal(18, 3), occurred_at timestamp, revoked_at timestamp, rule varchar,
  recorded_at timestamp, load_no integer);
create table violations_revised (violation_no bigint);
create table violations_retracted (violation_no bigint, column_name varchar, retracted_at
  timestamp, retracted_by varchar, load_no integer);
create table findings (finding_no bigint, buyer_no bigint, kind varchar, gravity bigint, intent
  varchar, cases_n bigint, of_orders_n bigint, rests_on varchar, rule varchar, summary varchar,
  proposed_at timestamp, proposed_by varchar, warned_at timestamp, warned_by varchar,
  answered_at timestamp, answer varchar, dismissed_at timestamp, dismissed_by varchar,
  dismissed_because varchar, decided_at timestamp, decided_by varchar, reasons varchar,
  consequence varchar, until_on date, appealed_at timestamp, appeal varchar, appeal_decided_at
  timestamp, appeal_decided_by varchar, appeal_reasons varchar, overturned_at timestamp,
  recorded_at timestamp, load_no integer);
create table findings_revised (finding_no bigint);
create table findings_retracted (finding_no bigint, column_name varchar, retracted_at timestamp,
  retracted_by varchar, load_no integer);
create table exclusions (exclusion_id varchar, table_name varchar, key varchar, reason varchar,
  decided_by varchar, decided_at timestamp, lifted_at timestamp, lifted_by varchar, recorded_at
  timestamp, load_no integer);
create table exclusions_revised (exclusion_id varchar);
create table exclusions_retracted (exclusion_id varchar, column_name varchar, retracted_at
  timestamp, retracted_by varchar, load_no integer);
create table incidents (incident_id varchar, carrier varchar, region varchar, method varchar,
  first_on date, last_on date, reason varchar, decided_by varchar, decided_at timestamp,
  recorded_at timestamp, load_no integer);
create table incidents_revised (incident_id varchar);
create table incidents_retracted (incident_id varchar, column_name varchar, retracted_at
  timestamp, retracted_by varchar, load_no integer);
create table sellers (seller_no bigint, country varchar, opened_at timestamp, closed_at
  timestamp, recorded_at timestamp, load_no integer);
create table sellers_revised (seller_no bigint);
create table sellers_retracted (seller_no bigint, column_name varchar, retracted_at timestamp,
  retracted_by varchar, load_no integer);
create table buyers (buyer_no bigint, opened_at timestamp, closed_at timestamp, closed_reason
  varchar, objected_at timestamp, marketing_consent_at timestamp, recorded_at timestamp, load_no
  integer);
create table buyers_revised (buyer_no bigint);
create table buyers_retracted (buyer_no bigint, column_name varchar, retracted_at timestamp,
  retracted_by varchar, load_no integer);
create table listings (listing_no bigint, seller_no bigint, category_no bigint, kind varchar,
  opened_at timestamp, recorded_at timestamp, load_no integer);
create table listings_revised (listing_no bigint);
create table listings_retracted (listing_no bigint, column_name varchar, retracted_at timestamp,
  retracted_by varchar, load_no integer);
create table categories (category_no bigint, parent_no bigint, name varchar, recorded_at
  timestamp, load_no integer);
create table categories_revised (category_no bigint);
create table categories_retracted (category_no bigint, column_name varchar, retracted_at
  timestamp, retracted_by varchar, load_no integer);
create table rates (day date, from_currency varchar, to_currency varchar, ppm bigint,
  recorded_at timestamp, load_no integer);
create table rates_revised (day date, from_currency varchar, to_currency varchar);
create table rates_retracted (day date, from_currency varchar, to_currency varchar, column_name
  varchar, retracted_at timestamp, retracted_by varchar, load_no integer);
create table retractions (table_name varchar, key varchar, column_name varchar, retracted_at
  timestamp, retracted_by varchar, recorded_at timestamp, load_no integer);
create table kept_orders (order_id bigint, parent_order_id bigint, seller_id bigint, buyer_id
  bigint, placed_on date, amount_minor bigint, fulfilled_by smallint, unpaid_on date, paid_on
  date, is_paid boolean, ship_by_on date, shipped_on date, is_shipped_late boolean, unshipped_on
  date, extra smallint, deliver_by_on date, delivered_on date, is_delivered_late boolean,
  closed_on date, cancelled_on date, cancelled_by smallint, feedback_given_on date, feedback_on
  date, stars smallint, description_stars smallint, communication_stars smallint,
  logistics_stars smallint, buyer_rated_on date, buyer_stars smallint, dispute_opened_on date,
  dispute_reason smallint, dispute_first_reason smallint, is_return_disputed boolean,
  dispute_acted_on date, dispute_unanswered_on date, dispute_escalated_on date,
  arbitration_ended_on date, dispute_closed_on date, dispute_lapsed_on date, dispute_lost_on
  date, dispute_close_reason smallint, dispute_liable smallint, refunded_on date, refund_reason
  smallint, is_statutory_refund boolean, is_free_refund boolean, charged_back_on date,
  shipping_method varchar, carrier varchar, ship_to varchar, currency varchar, first_on date,
  last_on date, changed_on date, heard_from timestamp, heard_until timestamp, corrected_until
  timestamp);
create table rulebook_texts (rulebook_id varchar, version date, digest varchar, text varchar,
  place varchar, kept_at timestamp);
create table publications (publication_no bigint, rulebook_id varchar, version date, as_of date,
  known_at timestamp, corrected_at timestamp, published_at timestamp, restates bigint,
  subjects_n bigint, changed_n bigint);
create table standings (publication_no bigint, subject_no bigint, result varchar, rows_digest
  varchar);
create table effects (effect_id varchar primary key, publication_no bigint, rulebook_id varchar,
  version date, subject_kind varchar, subject_no bigint, part varchar, does varchar, amount
  bigint, reached_at bigint, first_on date, last_on date, is_proposed boolean, confidence
  varchar);
create table effect_changes (effect_id varchar, change varchar, because varchar, on_day date,
  publication_no bigint, said_by varchar, said_at timestamp, primary key (effect_id, change));
create table notices (notice_no bigint, notice_id varchar primary key, kind varchar, rulebook_id
  varchar, subject_kind varchar, subject_no bigint, publication_no bigint, effect_id varchar,
  about_on date, said varchar, written_at timestamp);
create table looks_ahead (rulebook_id varchar, looked_on date, primary key (rulebook_id,
  looked_on));
create table effect_switches (switch_no bigint, does varchar, is_on boolean, rulebook varchar,
  said_by varchar, said_at timestamp);
create table effect_secret (secret varchar);
create table class_years (year integer primary key, rulebook_id varchar, version date,
  settled_at timestamp);
create table good_buyers (year integer, buyer_no bigint, primary key (year, buyer_no));
create table offers (offer_no bigint primary key, offer_id varchar unique, seller_no bigint,
  band varchar, is_for_unscored boolean, to_whom varchar, discount bigint, first_on date,
  last_on date, cap bigint, could_reach bigint, made_on date, made_by varchar, made_at
  timestamp);
create table offer_reaches (offer_no bigint, buyer_no bigint, primary key (offer_no, buyer_no));
create table offer_ends (offer_no bigint primary key, ended_on date, ended_by varchar, ended_at
  timestamp);
create table offer_takings (offer_no bigint, buyer_no bigint, taken_on date, taken_at timestamp,
  primary key (offer_no, buyer_no));
"""
STALE = "update kept_orders set paid_on = null, first_on = date '1999-01-01'"


def make(
    old: Path,
    source: Path,
    *,
    left_out: tuple[str, ...] = (),
    definitions: str = DEFINITIONS,
    version: int = 8,
    stale: str = STALE,
) -> None:
    """Make a market of version 8 with the facts and standings of another market.

    Its kept rows say nothing that is true, but for an empty `stale`; tables `left_out` are not
    there. What a later version made is told by its `definitions`.
    """
    connection = duckdb.connect(str(old))
    connection.execute(definitions)
    connection.execute(f"attach '{source}' as source (read_only)")
    columns = connection.execute(
        "select table_name, string_agg(column_name, ', ' order by column_index) "
        "from duckdb_columns() where database_name <> 'source' and not internal group by all"
    ).fetchall()
    for table, names in columns:
        connection.execute(f"insert into {table} select {names} from source.{table}")
    connection.execute(f"update market set schema_version = {version}")
    connection.execute(stale)
    for table in left_out:
        connection.execute(f"drop table {table}")
    connection.close()
