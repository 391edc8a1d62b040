-- orders_looked_at: the orders of the one seller in a category looked at
SELECT DISTINCT
  order_no
FROM orders
WHERE
  seller_no = :register_no

-- line_rows: one row per line of an order, with all that is known of the order
SELECT
  order_rows.order_id,
  order_rows.seller_id,
  order_rows.buyer_id,
  order_rows.closed_on,
  order_rows.feedback_on,
  order_rows.description_stars,
  order_rows.dispute_opened_on,
  order_rows.dispute_first_reason,
  order_rows.dispute_closed_on,
  order_rows.dispute_close_reason,
  order_rows.is_buyer_closed,
  order_rows.buyer_closed_on,
  lines.line_no AS line_no,
  lines.listing_no AS listing_id,
  COALESCE(category_levels.first_no, lines.category_no) AS category_l1_id,
  COALESCE(category_levels.second_no, category_levels.first_no, lines.category_no) AS category_l2_id,
  order_rows.seller_id * 4294967296 + COALESCE(category_levels.second_no, category_levels.first_no, lines.category_no) AS seller_category_l2_id
FROM known_order_lines AS lines
JOIN order_rows
  ON order_rows.order_id = lines.order_no
LEFT JOIN category_levels
  ON category_levels.category_no = lines.category_no
WHERE
  NOT COALESCE(lines.listing_no, lines.category_no, lines.quantity, lines.amount_minor) IS NULL

-- subjects: every seller in a category that there was by the as-of day
SELECT
  seller_category_l2_no AS subject_no
FROM (
  SELECT DISTINCT
    seller_category_l2_id AS seller_category_l2_no
  FROM line_rows
  WHERE
    seller_category_l2_id IN (
      SELECT
        CAST(:subject_no AS BIGINT)
    )
) AS named

-- line_rows: one row per line of an order, with all that is known of the order
SELECT
  order_rows.order_id,
  order_rows.seller_id,
  order_rows.buyer_id,
  order_rows.closed_on,
  order_rows.feedback_on,
  order_rows.description_stars,
  order_rows.dispute_opened_on,
  order_rows.dispute_first_reason,
  order_rows.dispute_closed_on,
  order_rows.dispute_close_reason,
  order_rows.is_buyer_closed,
  order_rows.buyer_closed_on,
  lines.line_no AS line_no,
  lines.listing_no AS listing_id,
  COALESCE(category_levels.first_no, lines.category_no) AS category_l1_id,
  COALESCE(category_levels.second_no, category_levels.first_no, lines.category_no) AS category_l2_id,
  order_rows.seller_id * 4294967296 + COALESCE(category_levels.second_no, category_levels.first_no, lines.category_no) AS seller_category_l2_id
FROM known_order_lines AS lines
JOIN order_rows
  ON order_rows.order_id = lines.order_no
LEFT JOIN category_levels
  ON category_levels.category_no = lines.category_no
WHERE
  NOT COALESCE(lines.listing_no, lines.category_no, lines.quantity, lines.amount_minor) IS NULL

-- subjects: every seller in a category that there was by the as-of day
SELECT
  seller_category_l2_no AS subject_no
FROM (
  SELECT DISTINCT
    seller_category_l2_no
  FROM (
    SELECT
      seller_category_l2_no,
      MIN(there_on) AS there_on
    FROM (
      SELECT
        order_rows.seller_id * 4294967296 + COALESCE(category_levels.second_no, category_levels.first_no, lines.category_no) AS seller_category_l2_no,
        there_on
      FROM known_order_lines AS lines
      JOIN orders_there AS order_rows
        ON order_rows.order_id = lines.order_no
      LEFT JOIN category_levels
        ON category_levels.category_no = lines.category_no
      WHERE
        NOT COALESCE(lines.listing_no, lines.category_no, lines.quantity, lines.amount_minor) IS NULL
    ) AS named_then
    GROUP BY
      seller_category_l2_no
  ) AS named_since
  WHERE
    there_on <= CAST(:as_of AS DATE) AND NOT seller_category_l2_no IS NULL
) AS named

-- named: the results by their subjects
SELECT
  results.*,
  REPLACE(REPLACE(seller_ids.seller_id, '~', '~0'), '/', '~1') || '/' || category_ids.category_id AS subject_id,
  category_ids.category_id AS within_id,
  COALESCE(
    (
      SELECT
        lines__counted
      FROM counted_lines
      WHERE
        subject_no IS NULL
    ),
    0
  ) + COALESCE(
    (
      SELECT
        ratings__counted
      FROM counted_ratings
      WHERE
        subject_no IS NULL
    ),
    0
  ) AS rows_unplaced
FROM results
JOIN seller_ids
  ON seller_ids.seller_no = (
    results.subject_no DIV 4294967296
  )
JOIN category_ids
  ON category_ids.category_no = results.subject_no - (
    results.subject_no DIV 4294967296
  ) * 4294967296
