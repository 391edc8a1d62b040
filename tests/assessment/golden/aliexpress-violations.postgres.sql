with -- rows of orders that were received more than once, what was taken back blanked
several_orders as materialized (
  SELECT
    received.order_no,
    CASE
      WHEN received.parent_order_no_counts
      AND (
        taken_back.back_0 IS NULL OR received.parent_order_no_said_at > taken_back.back_0
      )
      THEN received.parent_order_no
    END AS parent_order_no,
    CASE
      WHEN received.buyer_no_counts
      AND (
        taken_back.back_1 IS NULL OR received.buyer_no_said_at > taken_back.back_1
      )
      THEN received.buyer_no
    END AS buyer_no,
    CASE
      WHEN received.seller_no_counts
      AND (
        taken_back.back_2 IS NULL OR received.seller_no_said_at > taken_back.back_2
      )
      THEN received.seller_no
    END AS seller_no,
    CASE
      WHEN received.placed_at_counts
      AND (
        taken_back.back_3 IS NULL OR received.placed_at_said_at > taken_back.back_3
      )
      THEN received.placed_at
    END AS placed_at,
    CASE
      WHEN received.paid_at_counts
      AND (
        taken_back.back_4 IS NULL OR received.paid_at_said_at > taken_back.back_4
      )
      THEN received.paid_at
    END AS paid_at,
    CASE
      WHEN received.shipped_at_counts
      AND (
        taken_back.back_5 IS NULL OR received.shipped_at_said_at > taken_back.back_5
      )
      THEN received.shipped_at
    END AS shipped_at,
    CASE
      WHEN received.delivered_at_counts
      AND (
        taken_back.back_6 IS NULL OR received.delivered_at_said_at > taken_back.back_6
      )
      THEN received.delivered_at
    END AS delivered_at,
    CASE
      WHEN received.closed_at_counts
      AND (
        taken_back.back_7 IS NULL OR received.closed_at_said_at > taken_back.back_7
      )
      THEN received.closed_at
    END AS closed_at,
    CASE
      WHEN received.cancelled_at_counts
      AND (
        taken_back.back_8 IS NULL OR received.cancelled_at_said_at > taken_back.back_8
      )
      THEN received.cancelled_at
    END AS cancelled_at,
    received.parent_order_no_said_at,
    received.buyer_no_said_at,
    received.seller_no_said_at,
    received.placed_at_said_at,
    received.paid_at_said_at,
    received.shipped_at_said_at,
    received.delivered_at_said_at,
    received.closed_at_said_at,
    received.cancelled_at_said_at
  FROM (
    SELECT
      order_no,
      parent_order_no,
      buyer_no,
      seller_no,
      placed_at,
      paid_at,
      shipped_at,
      delivered_at,
      closed_at,
      cancelled_at,
      COALESCE(recorded_at, placed_at, CAST('1900-01-01 00:00:00' AS TIMESTAMP)) AS parent_order_no_said_at,
      COALESCE(recorded_at, placed_at, CAST('1900-01-01 00:00:00' AS TIMESTAMP)) AS buyer_no_said_at,
      COALESCE(recorded_at, placed_at, CAST('1900-01-01 00:00:00' AS TIMESTAMP)) AS seller_no_said_at,
      COALESCE(recorded_at, placed_at, CAST('1900-01-01 00:00:00' AS TIMESTAMP)) AS placed_at_said_at,
      COALESCE(recorded_at, paid_at, CAST('1900-01-01 00:00:00' AS TIMESTAMP)) AS paid_at_said_at,
      COALESCE(recorded_at, shipped_at, CAST('1900-01-01 00:00:00' AS TIMESTAMP)) AS shipped_at_said_at,
      COALESCE(recorded_at, delivered_at, CAST('1900-01-01 00:00:00' AS TIMESTAMP)) AS delivered_at_said_at,
      COALESCE(recorded_at, closed_at, CAST('1900-01-01 00:00:00' AS TIMESTAMP)) AS closed_at_said_at,
      COALESCE(recorded_at, cancelled_at, CAST('1900-01-01 00:00:00' AS TIMESTAMP)) AS cancelled_at_said_at,
      COALESCE(recorded_at, placed_at, CAST('1900-01-01 00:00:00' AS TIMESTAMP)) <= %(known_at)s
      AND (
        placed_at IS NULL OR placed_at < %(as_of_end)s
      ) AS parent_order_no_counts,
      COALESCE(recorded_at, placed_at, CAST('1900-01-01 00:00:00' AS TIMESTAMP)) <= %(known_at)s
      AND (
        placed_at IS NULL OR placed_at < %(as_of_end)s
      ) AS buyer_no_counts,
      COALESCE(recorded_at, placed_at, CAST('1900-01-01 00:00:00' AS TIMESTAMP)) <= %(known_at)s
      AND (
        placed_at IS NULL OR placed_at < %(as_of_end)s
      ) AS seller_no_counts,
      COALESCE(recorded_at, placed_at, CAST('1900-01-01 00:00:00' AS TIMESTAMP)) <= %(known_at)s
      AND (
        placed_at IS NULL OR placed_at < %(as_of_end)s
      ) AS placed_at_counts,
      COALESCE(recorded_at, paid_at, CAST('1900-01-01 00:00:00' AS TIMESTAMP)) <= %(known_at)s
      AND (
        paid_at IS NULL OR paid_at < %(as_of_end)s
      ) AS paid_at_counts,
      COALESCE(recorded_at, shipped_at, CAST('1900-01-01 00:00:00' AS TIMESTAMP)) <= %(known_at)s
      AND (
        shipped_at IS NULL OR shipped_at < %(as_of_end)s
      ) AS shipped_at_counts,
      COALESCE(recorded_at, delivered_at, CAST('1900-01-01 00:00:00' AS TIMESTAMP)) <= %(known_at)s
      AND (
        delivered_at IS NULL OR delivered_at < %(as_of_end)s
      ) AS delivered_at_counts,
      COALESCE(recorded_at, closed_at, CAST('1900-01-01 00:00:00' AS TIMESTAMP)) <= %(known_at)s
      AND (
        closed_at IS NULL OR closed_at < %(as_of_end)s
      ) AS closed_at_counts,
      COALESCE(recorded_at, cancelled_at, CAST('1900-01-01 00:00:00' AS TIMESTAMP)) <= %(known_at)s
      AND (
        cancelled_at IS NULL OR cancelled_at < %(as_of_end)s
      ) AS cancelled_at_counts
    FROM orders
    WHERE
      order_no IN (
        SELECT
          order_no
        FROM orders_revised
      )
  ) AS received
  LEFT JOIN (
    SELECT
      order_no,
      MAX(CASE WHEN column_name IN ('*', 'parent_order_id') THEN retracted_at END) AS back_0,
      MAX(CASE WHEN column_name IN ('*', 'buyer_id') THEN retracted_at END) AS back_1,
      MAX(CASE WHEN column_name IN ('*', 'seller_id') THEN retracted_at END) AS back_2,
      MAX(CASE WHEN column_name IN ('*', 'placed_at') THEN retracted_at END) AS back_3,
      MAX(CASE WHEN column_name IN ('*', 'paid_at') THEN retracted_at END) AS back_4,
      MAX(CASE WHEN column_name IN ('*', 'shipped_at') THEN retracted_at END) AS back_5,
      MAX(CASE WHEN column_name IN ('*', 'delivered_at') THEN retracted_at END) AS back_6,
      MAX(CASE WHEN column_name IN ('*', 'closed_at') THEN retracted_at END) AS back_7,
      MAX(CASE WHEN column_name IN ('*', 'cancelled_at') THEN retracted_at END) AS back_8
    FROM orders_retracted
    WHERE
      retracted_at <= %(corrected_at)s
    GROUP BY
      order_no
  ) AS taken_back
    ON received.order_no = taken_back.order_no
),
-- when each of their values was last said
newest_orders as materialized (
  SELECT
    order_no,
    MAX(CASE WHEN NOT parent_order_no IS NULL THEN parent_order_no_said_at END) AS newest_0,
    MAX(CASE WHEN NOT buyer_no IS NULL THEN buyer_no_said_at END) AS newest_1,
    MAX(CASE WHEN NOT seller_no IS NULL THEN seller_no_said_at END) AS newest_2,
    MAX(CASE WHEN NOT placed_at IS NULL THEN placed_at_said_at END) AS newest_3,
    MAX(CASE WHEN NOT paid_at IS NULL THEN paid_at_said_at END) AS newest_4,
    MAX(CASE WHEN NOT shipped_at IS NULL THEN shipped_at_said_at END) AS newest_5,
    MAX(CASE WHEN NOT delivered_at IS NULL THEN delivered_at_said_at END) AS newest_6,
    MAX(CASE WHEN NOT closed_at IS NULL THEN closed_at_said_at END) AS newest_7,
    MAX(CASE WHEN NOT cancelled_at IS NULL THEN cancelled_at_said_at END) AS newest_8
  FROM several_orders
  GROUP BY
    order_no
),
-- the value last said, column by column
merged_orders as materialized (
  SELECT
    several_orders.order_no,
    MAX(
      CASE
        WHEN several_orders.parent_order_no_said_at = newest_orders.newest_0
        THEN several_orders.parent_order_no
      END
    ) AS parent_order_no,
    MAX(
      CASE
        WHEN several_orders.buyer_no_said_at = newest_orders.newest_1
        THEN several_orders.buyer_no
      END
    ) AS buyer_no,
    MAX(
      CASE
        WHEN several_orders.seller_no_said_at = newest_orders.newest_2
        THEN several_orders.seller_no
      END
    ) AS seller_no,
    MAX(
      CASE
        WHEN several_orders.placed_at_said_at = newest_orders.newest_3
        THEN several_orders.placed_at
      END
    ) AS placed_at,
    MAX(
      CASE
        WHEN several_orders.paid_at_said_at = newest_orders.newest_4
        THEN several_orders.paid_at
      END
    ) AS paid_at,
    MAX(
      CASE
        WHEN several_orders.shipped_at_said_at = newest_orders.newest_5
        THEN several_orders.shipped_at
      END
    ) AS shipped_at,
    MAX(
      CASE
        WHEN several_orders.delivered_at_said_at = newest_orders.newest_6
        THEN several_orders.delivered_at
      END
    ) AS delivered_at,
    MAX(
      CASE
        WHEN several_orders.closed_at_said_at = newest_orders.newest_7
        THEN several_orders.closed_at
      END
    ) AS closed_at,
    MAX(
      CASE
        WHEN several_orders.cancelled_at_said_at = newest_orders.newest_8
        THEN several_orders.cancelled_at
      END
    ) AS cancelled_at
  FROM several_orders
  JOIN newest_orders
    ON several_orders.order_no = newest_orders.order_no
  GROUP BY
    several_orders.order_no
),
-- orders as known at $known_at for the day that ends at $as_of_end
known_orders as materialized (
  SELECT
    order_no,
    CASE
      WHEN COALESCE(recorded_at, placed_at, CAST('1900-01-01 00:00:00' AS TIMESTAMP)) <= %(known_at)s
      AND (
        placed_at IS NULL OR placed_at < %(as_of_end)s
      )
      THEN parent_order_no
    END AS parent_order_no,
    CASE
      WHEN COALESCE(recorded_at, placed_at, CAST('1900-01-01 00:00:00' AS TIMESTAMP)) <= %(known_at)s
      AND (
        placed_at IS NULL OR placed_at < %(as_of_end)s
      )
      THEN buyer_no
    END AS buyer_no,
    CASE
      WHEN COALESCE(recorded_at, placed_at, CAST('1900-01-01 00:00:00' AS TIMESTAMP)) <= %(known_at)s
      AND (
        placed_at IS NULL OR placed_at < %(as_of_end)s
      )
      THEN seller_no
    END AS seller_no,
    CASE
      WHEN COALESCE(recorded_at, placed_at, CAST('1900-01-01 00:00:00' AS TIMESTAMP)) <= %(known_at)s
      AND (
        placed_at IS NULL OR placed_at < %(as_of_end)s
      )
      THEN placed_at
    END AS placed_at,
    CASE
      WHEN COALESCE(recorded_at, paid_at, CAST('1900-01-01 00:00:00' AS TIMESTAMP)) <= %(known_at)s
      AND (
        paid_at IS NULL OR paid_at < %(as_of_end)s
      )
      THEN paid_at
    END AS paid_at,
    CASE
      WHEN COALESCE(recorded_at, shipped_at, CAST('1900-01-01 00:00:00' AS TIMESTAMP)) <= %(known_at)s
      AND (
        shipped_at IS NULL OR shipped_at < %(as_of_end)s
      )
      THEN shipped_at
    END AS shipped_at,
    CASE
      WHEN COALESCE(recorded_at, delivered_at, CAST('1900-01-01 00:00:00' AS TIMESTAMP)) <= %(known_at)s
      AND (
        delivered_at IS NULL OR delivered_at < %(as_of_end)s
      )
      THEN delivered_at
    END AS delivered_at,
    CASE
      WHEN COALESCE(recorded_at, closed_at, CAST('1900-01-01 00:00:00' AS TIMESTAMP)) <= %(known_at)s
      AND (
        closed_at IS NULL OR closed_at < %(as_of_end)s
      )
      THEN closed_at
    END AS closed_at,
    CASE
      WHEN COALESCE(recorded_at, cancelled_at, CAST('1900-01-01 00:00:00' AS TIMESTAMP)) <= %(known_at)s
      AND (
        cancelled_at IS NULL OR cancelled_at < %(as_of_end)s
      )
      THEN cancelled_at
    END AS cancelled_at
  FROM orders
  WHERE
    NOT order_no IN (
      SELECT
        order_no
      FROM orders_revised
    )
  UNION ALL
  SELECT
    order_no,
    parent_order_no,
    buyer_no,
    seller_no,
    placed_at,
    paid_at,
    shipped_at,
    delivered_at,
    closed_at,
    cancelled_at
  FROM merged_orders
),
-- one row per order: all that is known of it, as days, flags and small numbers
order_rows as materialized (
  SELECT
    orders.order_no AS order_id,
    orders.seller_no AS seller_id,
    orders.buyer_no AS buyer_id
  FROM known_orders AS orders
  WHERE
    NOT orders.seller_no IS NULL
    AND NOT COALESCE(
      orders.placed_at,
      orders.paid_at,
      orders.shipped_at,
      orders.delivered_at,
      orders.closed_at,
      orders.cancelled_at
    ) IS NULL
),
-- rows of violations that were received more than once, what was taken back blanked
several_violations as materialized (
  SELECT
    received.violation_no,
    CASE
      WHEN received.subject_kind_counts
      AND (
        taken_back.back_0 IS NULL OR received.subject_kind_said_at > taken_back.back_0
      )
      THEN received.subject_kind
    END AS subject_kind,
    CASE
      WHEN received.subject_id_counts
      AND (
        taken_back.back_1 IS NULL OR received.subject_id_said_at > taken_back.back_1
      )
      THEN received.subject_id
    END AS subject_id,
    CASE
      WHEN received.ledger_counts
      AND (
        taken_back.back_2 IS NULL OR received.ledger_said_at > taken_back.back_2
      )
      THEN received.ledger
    END AS ledger,
    CASE
      WHEN received.points_counts
      AND (
        taken_back.back_3 IS NULL OR received.points_said_at > taken_back.back_3
      )
      THEN received.points
    END AS points,
    CASE
      WHEN received.occurred_at_counts
      AND (
        taken_back.back_4 IS NULL OR received.occurred_at_said_at > taken_back.back_4
      )
      THEN received.occurred_at
    END AS occurred_at,
    CASE
      WHEN received.revoked_at_counts
      AND (
        taken_back.back_5 IS NULL OR received.revoked_at_said_at > taken_back.back_5
      )
      THEN received.revoked_at
    END AS revoked_at,
    CASE
      WHEN received.rule_counts
      AND (
        taken_back.back_6 IS NULL OR received.rule_said_at > taken_back.back_6
      )
      THEN received.rule
    END AS rule,
    received.subject_kind_said_at,
    received.subject_id_said_at,
    received.ledger_said_at,
    received.points_said_at,
    received.occurred_at_said_at,
    received.revoked_at_said_at,
    received.rule_said_at
  FROM (
    SELECT
      violation_no,
      subject_kind,
      subject_id,
      ledger,
      points,
      occurred_at,
      revoked_at,
      rule,
      COALESCE(recorded_at, occurred_at, CAST('1900-01-01 00:00:00' AS TIMESTAMP)) AS subject_kind_said_at,
      COALESCE(recorded_at, CAST('1900-01-01 00:00:00' AS TIMESTAMP)) AS subject_id_said_at,
      COALESCE(recorded_at, occurred_at, CAST('1900-01-01 00:00:00' AS TIMESTAMP)) AS ledger_said_at,
      COALESCE(recorded_at, occurred_at, CAST('1900-01-01 00:00:00' AS TIMESTAMP)) AS points_said_at,
      COALESCE(recorded_at, occurred_at, CAST('1900-01-01 00:00:00' AS TIMESTAMP)) AS occurred_at_said_at,
      COALESCE(recorded_at, revoked_at, CAST('1900-01-01 00:00:00' AS TIMESTAMP)) AS revoked_at_said_at,
      COALESCE(recorded_at, occurred_at, CAST('1900-01-01 00:00:00' AS TIMESTAMP)) AS rule_said_at,
      COALESCE(recorded_at, occurred_at, CAST('1900-01-01 00:00:00' AS TIMESTAMP)) <= %(known_at)s
      AND (
        occurred_at IS NULL OR occurred_at < %(as_of_end)s
      ) AS subject_kind_counts,
      COALESCE(recorded_at, CAST('1900-01-01 00:00:00' AS TIMESTAMP)) <= %(known_at)s AS subject_id_counts,
      COALESCE(recorded_at, occurred_at, CAST('1900-01-01 00:00:00' AS TIMESTAMP)) <= %(known_at)s
      AND (
        occurred_at IS NULL OR occurred_at < %(as_of_end)s
      ) AS ledger_counts,
      COALESCE(recorded_at, occurred_at, CAST('1900-01-01 00:00:00' AS TIMESTAMP)) <= %(known_at)s
      AND (
        occurred_at IS NULL OR occurred_at < %(as_of_end)s
      ) AS points_counts,
      COALESCE(recorded_at, occurred_at, CAST('1900-01-01 00:00:00' AS TIMESTAMP)) <= %(known_at)s
      AND (
        occurred_at IS NULL OR occurred_at < %(as_of_end)s
      ) AS occurred_at_counts,
      COALESCE(recorded_at, revoked_at, CAST('1900-01-01 00:00:00' AS TIMESTAMP)) <= %(corrected_at)s AS revoked_at_counts,
      COALESCE(recorded_at, occurred_at, CAST('1900-01-01 00:00:00' AS TIMESTAMP)) <= %(known_at)s
      AND (
        occurred_at IS NULL OR occurred_at < %(as_of_end)s
      ) AS rule_counts
    FROM violations
    WHERE
      violation_no IN (
        SELECT
          violation_no
        FROM violations_revised
      )
  ) AS received
  LEFT JOIN (
    SELECT
      violation_no,
      MAX(CASE WHEN column_name IN ('*', 'subject_kind') THEN retracted_at END) AS back_0,
      MAX(CASE WHEN column_name IN ('*', 'subject_id') THEN retracted_at END) AS back_1,
      MAX(CASE WHEN column_name IN ('*', 'ledger') THEN retracted_at END) AS back_2,
      MAX(CASE WHEN column_name IN ('*', 'points') THEN retracted_at END) AS back_3,
      MAX(CASE WHEN column_name IN ('*', 'occurred_at') THEN retracted_at END) AS back_4,
      MAX(CASE WHEN column_name IN ('*', 'revoked_at') THEN retracted_at END) AS back_5,
      MAX(CASE WHEN column_name IN ('*', 'rule') THEN retracted_at END) AS back_6
    FROM violations_retracted
    WHERE
      retracted_at <= %(corrected_at)s
    GROUP BY
      violation_no
  ) AS taken_back
    ON received.violation_no = taken_back.violation_no
),
-- when each of their values was last said
newest_violations as materialized (
  SELECT
    violation_no,
    MAX(CASE WHEN NOT subject_kind IS NULL THEN subject_kind_said_at END) AS newest_0,
    MAX(CASE WHEN NOT subject_id IS NULL THEN subject_id_said_at END) AS newest_1,
    MAX(CASE WHEN NOT ledger IS NULL THEN ledger_said_at END) AS newest_2,
    MAX(CASE WHEN NOT points IS NULL THEN points_said_at END) AS newest_3,
    MAX(CASE WHEN NOT occurred_at IS NULL THEN occurred_at_said_at END) AS newest_4,
    MAX(CASE WHEN NOT revoked_at IS NULL THEN revoked_at_said_at END) AS newest_5,
    MAX(CASE WHEN NOT rule IS NULL THEN rule_said_at END) AS newest_6
  FROM several_violations
  GROUP BY
    violation_no
),
-- the value last said, column by column
merged_violations as materialized (
  SELECT
    several_violations.violation_no,
    MAX(
      CASE
        WHEN several_violations.subject_kind_said_at = newest_violations.newest_0
        THEN several_violations.subject_kind
      END
    ) AS subject_kind,
    MAX(
      CASE
        WHEN several_violations.subject_id_said_at = newest_violations.newest_1
        THEN several_violations.subject_id
      END
    ) AS subject_id,
    MAX(
      CASE
        WHEN several_violations.ledger_said_at = newest_violations.newest_2
        THEN several_violations.ledger
      END
    ) AS ledger,
    MAX(
      CASE
        WHEN several_violations.points_said_at = newest_violations.newest_3
        THEN several_violations.points
      END
    ) AS points,
    MAX(
      CASE
        WHEN several_violations.occurred_at_said_at = newest_violations.newest_4
        THEN several_violations.occurred_at
      END
    ) AS occurred_at,
    MAX(
      CASE
        WHEN several_violations.revoked_at_said_at = newest_violations.newest_5
        THEN several_violations.revoked_at
      END
    ) AS revoked_at,
    MAX(
      CASE
        WHEN several_violations.rule_said_at = newest_violations.newest_6
        THEN several_violations.rule
      END
    ) AS rule
  FROM several_violations
  JOIN newest_violations
    ON several_violations.violation_no = newest_violations.violation_no
  GROUP BY
    several_violations.violation_no
),
-- violations as known at $known_at for the day that ends at $as_of_end
known_violations as materialized (
  SELECT
    violation_no,
    CASE
      WHEN COALESCE(recorded_at, occurred_at, CAST('1900-01-01 00:00:00' AS TIMESTAMP)) <= %(known_at)s
      AND (
        occurred_at IS NULL OR occurred_at < %(as_of_end)s
      )
      THEN subject_kind
    END AS subject_kind,
    CASE
      WHEN COALESCE(recorded_at, CAST('1900-01-01 00:00:00' AS TIMESTAMP)) <= %(known_at)s
      THEN subject_id
    END AS subject_id,
    CASE
      WHEN COALESCE(recorded_at, occurred_at, CAST('1900-01-01 00:00:00' AS TIMESTAMP)) <= %(known_at)s
      AND (
        occurred_at IS NULL OR occurred_at < %(as_of_end)s
      )
      THEN ledger
    END AS ledger,
    CASE
      WHEN COALESCE(recorded_at, occurred_at, CAST('1900-01-01 00:00:00' AS TIMESTAMP)) <= %(known_at)s
      AND (
        occurred_at IS NULL OR occurred_at < %(as_of_end)s
      )
      THEN points
    END AS points,
    CASE
      WHEN COALESCE(recorded_at, occurred_at, CAST('1900-01-01 00:00:00' AS TIMESTAMP)) <= %(known_at)s
      AND (
        occurred_at IS NULL OR occurred_at < %(as_of_end)s
      )
      THEN occurred_at
    END AS occurred_at,
    CASE
      WHEN COALESCE(recorded_at, revoked_at, CAST('1900-01-01 00:00:00' AS TIMESTAMP)) <= %(corrected_at)s
      THEN revoked_at
    END AS revoked_at,
    CASE
      WHEN COALESCE(recorded_at, occurred_at, CAST('1900-01-01 00:00:00' AS TIMESTAMP)) <= %(known_at)s
      AND (
        occurred_at IS NULL OR occurred_at < %(as_of_end)s
      )
      THEN rule
    END AS rule
  FROM violations
  WHERE
    NOT violation_no IN (
      SELECT
        violation_no
      FROM violations_revised
    )
  UNION ALL
  SELECT
    violation_no,
    subject_kind,
    subject_id,
    ledger,
    points,
    occurred_at,
    revoked_at,
    rule
  FROM merged_violations
),
-- one row per violation not taken back: whose, in which ledger, thousandths of a point
violation_rows as materialized (
  SELECT
    known_violations.violation_no AS violation_id,
    seller_ids.seller_no AS seller_id,
    listing_ids.listing_no AS listing_id,
    buyer_ids.buyer_no AS buyer_id,
    CAST(CASE
      WHEN known_violations.occurred_at < CAST('2018-03-25 01:00:00' AS TIMESTAMP)
      THEN known_violations.occurred_at + INTERVAL '3600 SECOND'
      ELSE CASE
        WHEN known_violations.occurred_at < CAST('2018-10-28 01:00:00' AS TIMESTAMP)
        THEN known_violations.occurred_at + INTERVAL '7200 SECOND'
        ELSE known_violations.occurred_at + INTERVAL '3600 SECOND'
      END
    END AS DATE) AS occurred_on,
    CAST(CASE known_violations.ledger
      WHEN 'ipr'
      THEN 1
      WHEN 'trade'
      THEN 2
      WHEN 'quality'
      THEN 3
      WHEN 'serious_ipr'
      THEN 4
      WHEN 'conduct'
      THEN 5
    END AS SMALLINT) AS ledger,
    CAST(known_violations.points * 1000 AS BIGINT) AS points_milli
  FROM known_violations
  LEFT JOIN seller_ids
    ON known_violations.subject_kind = 'seller'
    AND seller_ids.seller_id = known_violations.subject_id
  LEFT JOIN listing_ids
    ON known_violations.subject_kind = 'listing'
    AND listing_ids.listing_id = known_violations.subject_id
  LEFT JOIN buyer_ids
    ON known_violations.subject_kind = 'buyer'
    AND buyer_ids.buyer_id = known_violations.subject_id
  WHERE
    NOT known_violations.occurred_at IS NULL AND known_violations.revoked_at IS NULL
),
-- every seller that there was by the as-of day
subjects as materialized (
  SELECT
    seller_no AS subject_no
  FROM (
    SELECT
      seller_no
    FROM sellers
    WHERE
      COALESCE(recorded_at, sellers.opened_at, CAST('1900-01-01 00:00:00' AS TIMESTAMP)) <= %(known_at)s
      AND (
        sellers.opened_at IS NULL OR sellers.opened_at < %(as_of_end)s
      )
      AND NOT EXISTS(
        SELECT
          1
        FROM sellers_retracted
        WHERE
          (
            sellers_retracted.seller_no = sellers.seller_no
            AND sellers_retracted.column_name = '*'
          )
          AND sellers_retracted.retracted_at <= %(corrected_at)s
          AND sellers_retracted.retracted_at >= COALESCE(recorded_at, sellers.opened_at, CAST('1900-01-01 00:00:00' AS TIMESTAMP))
      )
    UNION
    SELECT
      seller_id AS seller_no
    FROM violation_rows
    WHERE
      NOT seller_id IS NULL
    UNION
    SELECT
      seller_id AS seller_no
    FROM order_rows
    WHERE
      NOT seller_id IS NULL
  ) AS named
),
-- rows with a day in a window: no other can count
touching_entries as materialized (
  SELECT
    violation_id,
    seller_id,
    occurred_on,
    ledger,
    points_milli
  FROM violation_rows
),
-- rows as seen on the as-of day: what lies ahead is hidden
seen_entries as materialized (
  SELECT
    violation_id AS violation_id,
    seller_id AS seller_id,
    CASE WHEN occurred_on > CAST(%(as_of)s AS DATE) THEN NULL ELSE occurred_on END AS occurred_on,
    CASE WHEN occurred_on > CAST(%(as_of)s AS DATE) THEN NULL ELSE ledger END AS ledger,
    CASE WHEN occurred_on > CAST(%(as_of)s AS DATE) THEN NULL ELSE points_milli END AS points_milli
  FROM touching_entries
),
-- the rows of account: entries
rows_entries as materialized (
  SELECT
    violation_id,
    seller_id,
    occurred_on,
    ledger,
    points_milli
  FROM seen_entries
),
-- each condition of each measure, as a flag on the row
flagged_entries as materialized (
  SELECT
    violation_id,
    seller_id,
    occurred_on,
    ledger,
    points_milli,
    COALESCE(
      ledger = 1
      AND (
        occurred_on >= CAST(%(first_of_365)s AS DATE)
        AND occurred_on <= CAST(%(as_of)s AS DATE)
      ),
      FALSE
    ) AS ipr_entries__when,
    COALESCE(
      ledger = 2
      AND (
        occurred_on >= CAST(%(first_of_365)s AS DATE)
        AND occurred_on <= CAST(%(as_of)s AS DATE)
      ),
      FALSE
    ) AS trade_entries__when,
    COALESCE(
      ledger = 3
      AND (
        occurred_on >= CAST(%(first_of_365)s AS DATE)
        AND occurred_on <= CAST(%(as_of)s AS DATE)
      ),
      FALSE
    ) AS quality_entries__when,
    COALESCE(
      ledger = 4
      AND (
        occurred_on >= CAST(%(first_of_365)s AS DATE)
        AND occurred_on <= CAST(%(as_of)s AS DATE)
      ),
      FALSE
    ) AS strikes__when,
    points_milli AS ipr_taken__quantity,
    points_milli AS trade_taken__quantity,
    points_milli AS quality_taken__quantity
  FROM rows_entries
),
-- which measures each row meets
measured_entries as materialized (
  SELECT
    *,
    ipr_entries__when AS ipr_entries__met,
    (
      ipr_entries__when
    ) AS ipr_taken__met,
    trade_entries__when AS trade_entries__met,
    (
      trade_entries__when
    ) AS trade_taken__met,
    quality_entries__when AS quality_entries__met,
    (
      quality_entries__when
    ) AS quality_taken__met,
    strikes__when AS strikes__met
  FROM flagged_entries
),
-- per seller: how many rows meet each measure
counted_entries as materialized (
  SELECT
    seller_id AS subject_no,
    CAST(COUNT(CASE WHEN ipr_entries__met THEN 1 END) AS BIGINT) AS ipr_entries,
    CAST(COALESCE(SUM(CASE WHEN ipr_taken__met THEN ipr_taken__quantity END), 0) AS BIGINT) AS ipr_taken,
    CAST(COUNT(CASE WHEN ipr_taken__met THEN ipr_taken__quantity END) AS BIGINT) AS ipr_taken__known,
    CAST(COUNT(CASE WHEN trade_entries__met THEN 1 END) AS BIGINT) AS trade_entries,
    CAST(COALESCE(SUM(CASE WHEN trade_taken__met THEN trade_taken__quantity END), 0) AS BIGINT) AS trade_taken,
    CAST(COUNT(CASE WHEN trade_taken__met THEN trade_taken__quantity END) AS BIGINT) AS trade_taken__known,
    CAST(COUNT(CASE WHEN quality_entries__met THEN 1 END) AS BIGINT) AS quality_entries,
    CAST(COALESCE(SUM(CASE WHEN quality_taken__met THEN quality_taken__quantity END), 0) AS BIGINT) AS quality_taken,
    CAST(COUNT(CASE WHEN quality_taken__met THEN quality_taken__quantity END) AS BIGINT) AS quality_taken__known,
    CAST(COUNT(CASE WHEN strikes__met THEN 1 END) AS BIGINT) AS strikes,
    CAST(COUNT(
      CASE
        WHEN ipr_entries__met
        OR ipr_taken__met
        OR trade_entries__met
        OR trade_taken__met
        OR quality_entries__met
        OR quality_taken__met
        OR strikes__met
        THEN 1
      END
    ) AS BIGINT) AS entries__counted
  FROM measured_entries
  GROUP BY
    seller_id
),
-- each condition of each measure, as a flag on the row
climbing_flagged_entries as materialized (
  SELECT
    violation_id,
    seller_id,
    occurred_on,
    ledger,
    points_milli,
    COALESCE(ledger = 1, FALSE) AS ipr_entries__when,
    COALESCE(ledger = 2, FALSE) AS trade_entries__when,
    COALESCE(ledger = 3, FALSE) AS quality_entries__when,
    COALESCE(ledger = 4, FALSE) AS strikes__when,
    points_milli AS ipr_taken__quantity,
    points_milli AS trade_taken__quantity,
    points_milli AS quality_taken__quantity
  FROM rows_entries
),
-- which measures each row meets
climbing_measured_entries as materialized (
  SELECT
    *,
    ipr_entries__when AS ipr_entries__met,
    (
      ipr_entries__when
    ) AS ipr_taken__met,
    trade_entries__when AS trade_entries__met,
    (
      trade_entries__when
    ) AS trade_taken__met,
    quality_entries__when AS quality_entries__met,
    (
      quality_entries__when
    ) AS quality_taken__met,
    strikes__when AS strikes__met
  FROM climbing_flagged_entries
),
-- what each entry adds, of whatever day
entered_ipr as materialized (
  SELECT
    seller_id AS subject_no,
    violation_id AS entry_no,
    occurred_on AS entered_on,
    CAST(ipr_taken__quantity AS BIGINT) AS adds
  FROM climbing_measured_entries
  WHERE
    ipr_taken__met AND NOT occurred_on IS NULL AND NOT ipr_taken__quantity IS NULL
),
-- each entry, and the total that it makes
totalled_ipr as materialized (
  SELECT
    entry.subject_no,
    entry.entry_no,
    entry.entered_on,
    entry.adds,
    CAST(SUM(other.adds) AS BIGINT) AS total
  FROM entered_ipr AS entry
  JOIN entered_ipr AS other
    ON other.subject_no = entry.subject_no
    AND (
      other.entered_on < entry.entered_on
      OR (
        other.entered_on = entry.entered_on
        AND (
          other.adds < entry.adds
          OR (
            other.adds = entry.adds AND other.entry_no <= entry.entry_no
          )
        )
      )
    )
    AND other.entered_on > CAST(entry.entered_on + INTERVAL '-365 DAY' AS DATE)
  GROUP BY
    entry.subject_no,
    entry.entry_no,
    entry.entered_on,
    entry.adds
),
-- the heaviest rung that each entry lifts the total to, from below
reached_ipr as materialized (
  SELECT
    subject_no,
    entry_no,
    entered_on AS first_on,
    CAST(CASE
      WHEN rung = 1
      THEN entered_on
      WHEN rung = 2
      THEN CAST(entered_on + INTERVAL '2 DAY' AS DATE)
      WHEN rung = 3
      THEN CAST(entered_on + INTERVAL '6 DAY' AS DATE)
      WHEN rung = 4
      THEN CAST(entered_on + INTERVAL '13 DAY' AS DATE)
      WHEN rung = 5
      THEN CAST(entered_on + INTERVAL '29 DAY' AS DATE)
    END AS DATE) AS last_on,
    rung,
    CAST(CASE
      WHEN rung = 1
      THEN 2000
      WHEN rung = 2
      THEN 6000
      WHEN rung = 3
      THEN 12000
      WHEN rung = 4
      THEN 24000
      WHEN rung = 5
      THEN 36000
      WHEN rung = 6
      THEN 48000
    END AS BIGINT) AS node
  FROM (
    SELECT
      *,
      CAST(CASE
        WHEN (
          total - adds
        ) < 48000 AND total >= 48000
        THEN 6
        WHEN (
          total - adds
        ) < 36000 AND total >= 36000
        THEN 5
        WHEN (
          total - adds
        ) < 24000 AND total >= 24000
        THEN 4
        WHEN (
          total - adds
        ) < 12000 AND total >= 12000
        THEN 3
        WHEN (
          total - adds
        ) < 6000 AND total >= 6000
        THEN 2
        WHEN (
          total - adds
        ) < 2000 AND total >= 2000
        THEN 1
      END AS INT) AS rung
    FROM totalled_ipr
  ) AS placed
  WHERE
    NOT rung IS NULL
),
-- 'closing' as rung 6, unless one as heavy runs already
executed_ipr_6 as materialized (
  SELECT
    lighter.subject_no,
    lighter.entry_no,
    lighter.first_on,
    lighter.last_on,
    lighter.rung,
    lighter.node
  FROM reached_ipr AS lighter
  WHERE
    lighter.rung = 6
    AND NOT EXISTS(
      SELECT
        1 AS one
      FROM reached_ipr AS earlier
      WHERE
        earlier.rung = 6
        AND earlier.subject_no = lighter.subject_no
        AND (
          earlier.first_on < lighter.first_on
          OR (
            earlier.first_on = lighter.first_on AND earlier.node < lighter.node
          )
        )
    )
),
-- 'freeze' as rung 4, unless one as heavy runs already
executed_ipr_4 as materialized (
  SELECT
    lighter.subject_no,
    lighter.entry_no,
    lighter.first_on,
    lighter.last_on,
    lighter.rung,
    lighter.node
  FROM reached_ipr AS lighter
  WHERE
    lighter.rung = 4
    AND NOT EXISTS(
      SELECT
        1 AS one
      FROM reached_ipr AS heavier
      WHERE
        heavier.rung = 5
        AND heavier.subject_no = lighter.subject_no
        AND (
          heavier.first_on <= lighter.first_on
          AND (
            heavier.last_on IS NULL OR heavier.last_on >= lighter.first_on
          )
        )
    )
),
-- 'freeze' as rung 3, unless one as heavy runs already
executed_ipr_3 as materialized (
  SELECT
    lighter.subject_no,
    lighter.entry_no,
    lighter.first_on,
    lighter.last_on,
    lighter.rung,
    lighter.node
  FROM reached_ipr AS lighter
  WHERE
    (
      lighter.rung = 3
      AND NOT EXISTS(
        SELECT
          1 AS one
        FROM executed_ipr_4 AS heavier
        WHERE
          heavier.rung = 4
          AND heavier.subject_no = lighter.subject_no
          AND (
            heavier.first_on <= lighter.first_on
            AND (
              heavier.last_on IS NULL OR heavier.last_on >= lighter.first_on
            )
          )
      )
    )
    AND NOT EXISTS(
      SELECT
        1 AS one
      FROM reached_ipr AS heavier
      WHERE
        heavier.rung = 5
        AND heavier.subject_no = lighter.subject_no
        AND (
          heavier.first_on <= lighter.first_on
          AND (
            heavier.last_on IS NULL OR heavier.last_on >= lighter.first_on
          )
        )
    )
),
-- the sanctions executed, and of which kind each is
executed_ipr as materialized (
  SELECT
    *,
    CASE
      WHEN rung = 1
      THEN 1
      WHEN rung = 2
      THEN 2
      WHEN rung = 3
      THEN 3
      WHEN rung = 4
      THEN 3
      WHEN rung = 5
      THEN 3
      WHEN rung = 6
      THEN 4
    END AS kind
  FROM (
    SELECT
      subject_no,
      entry_no,
      first_on,
      last_on,
      rung,
      node
    FROM reached_ipr
    WHERE
      rung IN (1, 2, 5)
    UNION ALL
    SELECT
      subject_no,
      entry_no,
      first_on,
      last_on,
      rung,
      node
    FROM executed_ipr_3
    UNION ALL
    SELECT
      subject_no,
      entry_no,
      first_on,
      last_on,
      rung,
      node
    FROM executed_ipr_4
    UNION ALL
    SELECT
      subject_no,
      entry_no,
      first_on,
      last_on,
      rung,
      node
    FROM executed_ipr_6
  ) AS parts
),
-- each of them, and the day on which another ended it
sanctions_ipr as materialized (
  SELECT
    one.subject_no,
    one.entry_no,
    one.first_on,
    one.last_on,
    one.rung,
    one.node,
    MIN(other.first_on) AS replaced_on
  FROM executed_ipr AS one
  LEFT JOIN executed_ipr AS other
    ON other.subject_no = one.subject_no
    AND other.kind = one.kind
    AND other.rung >= one.rung
    AND (
      other.first_on > one.first_on
      OR (
        other.first_on = one.first_on AND other.node > one.node
      )
    )
    AND (
      one.last_on IS NULL OR other.first_on <= one.last_on
    )
  GROUP BY
    one.subject_no,
    one.entry_no,
    one.first_on,
    one.last_on,
    one.rung,
    one.node
),
-- the heaviest sanction in force, per subject
in_force_ipr as materialized (
  SELECT
    subject_no,
    rung,
    node,
    first_on,
    last_on
  FROM (
    SELECT
      *,
      ROW_NUMBER() OVER (PARTITION BY subject_no ORDER BY rung DESC) AS place
    FROM sanctions_ipr
    WHERE
      replaced_on IS NULL
      AND (
        last_on IS NULL OR last_on >= CAST(%(as_of)s AS DATE)
      )
  ) AS ranked
  WHERE
    place = 1
),
-- what each entry adds, of whatever day
entered_trade as materialized (
  SELECT
    seller_id AS subject_no,
    violation_id AS entry_no,
    occurred_on AS entered_on,
    CAST(trade_taken__quantity AS BIGINT) AS adds
  FROM climbing_measured_entries
  WHERE
    trade_taken__met AND NOT occurred_on IS NULL AND NOT trade_taken__quantity IS NULL
),
-- each entry, and the total that it makes
totalled_trade as materialized (
  SELECT
    entry.subject_no,
    entry.entry_no,
    entry.entered_on,
    entry.adds,
    CAST(SUM(other.adds) AS BIGINT) AS total
  FROM entered_trade AS entry
  JOIN entered_trade AS other
    ON other.subject_no = entry.subject_no
    AND (
      other.entered_on < entry.entered_on
      OR (
        other.entered_on = entry.entered_on
        AND (
          other.adds < entry.adds
          OR (
            other.adds = entry.adds AND other.entry_no <= entry.entry_no
          )
        )
      )
    )
    AND other.entered_on > CAST(entry.entered_on + INTERVAL '-365 DAY' AS DATE)
  GROUP BY
    entry.subject_no,
    entry.entry_no,
    entry.entered_on,
    entry.adds
),
-- the heaviest rung that each entry lifts the total to, from below
reached_trade as materialized (
  SELECT
    subject_no,
    entry_no,
    entered_on AS first_on,
    CAST(NULL AS DATE) AS last_on,
    rung,
    CAST(CASE WHEN rung = 1 THEN 48000 END AS BIGINT) AS node
  FROM (
    SELECT
      *,
      CAST(CASE WHEN (
        total - adds
      ) < 48000 AND total >= 48000 THEN 1 END AS INT) AS rung
    FROM totalled_trade
  ) AS placed
  WHERE
    NOT rung IS NULL
),
-- 'closing' as rung 1, unless one as heavy runs already
executed_trade_1 as materialized (
  SELECT
    lighter.subject_no,
    lighter.entry_no,
    lighter.first_on,
    lighter.last_on,
    lighter.rung,
    lighter.node
  FROM reached_trade AS lighter
  WHERE
    lighter.rung = 1
    AND NOT EXISTS(
      SELECT
        1 AS one
      FROM reached_trade AS earlier
      WHERE
        earlier.rung = 1
        AND earlier.subject_no = lighter.subject_no
        AND (
          earlier.first_on < lighter.first_on
          OR (
            earlier.first_on = lighter.first_on AND earlier.node < lighter.node
          )
        )
    )
),
-- the sanctions executed, and of which kind each is
executed_trade as materialized (
  SELECT
    *,
    CASE WHEN rung = 1 THEN 1 END AS kind
  FROM (
    SELECT
      subject_no,
      entry_no,
      first_on,
      last_on,
      rung,
      node
    FROM reached_trade
    WHERE
      FALSE
    UNION ALL
    SELECT
      subject_no,
      entry_no,
      first_on,
      last_on,
      rung,
      node
    FROM executed_trade_1
  ) AS parts
),
-- each of them, and the day on which another ended it
sanctions_trade as materialized (
  SELECT
    one.subject_no,
    one.entry_no,
    one.first_on,
    one.last_on,
    one.rung,
    one.node,
    MIN(other.first_on) AS replaced_on
  FROM executed_trade AS one
  LEFT JOIN executed_trade AS other
    ON other.subject_no = one.subject_no
    AND other.kind = one.kind
    AND other.rung >= one.rung
    AND (
      other.first_on > one.first_on
      OR (
        other.first_on = one.first_on AND other.node > one.node
      )
    )
    AND (
      one.last_on IS NULL OR other.first_on <= one.last_on
    )
  GROUP BY
    one.subject_no,
    one.entry_no,
    one.first_on,
    one.last_on,
    one.rung,
    one.node
),
-- the heaviest sanction in force, per subject
in_force_trade as materialized (
  SELECT
    subject_no,
    rung,
    node,
    first_on,
    last_on
  FROM (
    SELECT
      *,
      ROW_NUMBER() OVER (PARTITION BY subject_no ORDER BY rung DESC) AS place
    FROM sanctions_trade
    WHERE
      replaced_on IS NULL
      AND (
        last_on IS NULL OR last_on >= CAST(%(as_of)s AS DATE)
      )
  ) AS ranked
  WHERE
    place = 1
),
-- what each entry adds, of whatever day
entered_quality as materialized (
  SELECT
    seller_id AS subject_no,
    violation_id AS entry_no,
    occurred_on AS entered_on,
    CAST(quality_taken__quantity AS BIGINT) AS adds
  FROM climbing_measured_entries
  WHERE
    quality_taken__met
    AND NOT occurred_on IS NULL
    AND NOT quality_taken__quantity IS NULL
),
-- each entry, and the total that it makes
totalled_quality as materialized (
  SELECT
    entry.subject_no,
    entry.entry_no,
    entry.entered_on,
    entry.adds,
    CAST(SUM(other.adds) AS BIGINT) AS total
  FROM entered_quality AS entry
  JOIN entered_quality AS other
    ON other.subject_no = entry.subject_no
    AND (
      other.entered_on < entry.entered_on
      OR (
        other.entered_on = entry.entered_on
        AND (
          other.adds < entry.adds
          OR (
            other.adds = entry.adds AND other.entry_no <= entry.entry_no
          )
        )
      )
    )
    AND other.entered_on > CAST(entry.entered_on + INTERVAL '-365 DAY' AS DATE)
  GROUP BY
    entry.subject_no,
    entry.entry_no,
    entry.entered_on,
    entry.adds
),
-- the heaviest rung that each entry lifts the total to, from below
reached_quality as materialized (
  SELECT
    subject_no,
    entry_no,
    entered_on AS first_on,
    CAST(CASE WHEN rung = 1 THEN CAST(entered_on + INTERVAL '6 DAY' AS DATE) END AS DATE) AS last_on,
    rung,
    CAST(CAST(CAST(total / 12000 AS BIGINT) AS BIGINT) * 12000 AS BIGINT) AS node
  FROM (
    SELECT
      *,
      CAST(CASE
        WHEN (
          CAST(CAST(total / 12000 AS BIGINT) AS BIGINT) * 12000
        ) > (
          total - adds
        )
        AND total >= 12000
        THEN 1
      END AS INT) AS rung
    FROM totalled_quality
  ) AS placed
  WHERE
    NOT rung IS NULL
),
-- the sanctions executed, and of which kind each is
executed_quality as materialized (
  SELECT
    *,
    CASE WHEN rung = 1 THEN 1 END AS kind
  FROM (
    SELECT
      subject_no,
      entry_no,
      first_on,
      last_on,
      rung,
      node
    FROM reached_quality
  ) AS parts
),
-- each of them, and the day on which another ended it
sanctions_quality as materialized (
  SELECT
    one.subject_no,
    one.entry_no,
    one.first_on,
    one.last_on,
    one.rung,
    one.node,
    MIN(other.first_on) AS replaced_on
  FROM executed_quality AS one
  LEFT JOIN executed_quality AS other
    ON other.subject_no = one.subject_no
    AND other.kind = one.kind
    AND other.rung >= one.rung
    AND (
      other.first_on > one.first_on
      OR (
        other.first_on = one.first_on AND other.node > one.node
      )
    )
    AND (
      one.last_on IS NULL OR other.first_on <= one.last_on
    )
  GROUP BY
    one.subject_no,
    one.entry_no,
    one.first_on,
    one.last_on,
    one.rung,
    one.node
),
-- the heaviest sanction in force, per subject
in_force_quality as materialized (
  SELECT
    subject_no,
    rung,
    node,
    first_on,
    last_on
  FROM (
    SELECT
      *,
      ROW_NUMBER() OVER (PARTITION BY subject_no ORDER BY rung DESC) AS place
    FROM sanctions_quality
    WHERE
      replaced_on IS NULL
      AND (
        last_on IS NULL OR last_on >= CAST(%(as_of)s AS DATE)
      )
  ) AS ranked
  WHERE
    place = 1
),
-- what each entry adds, of whatever day
entered_serious_ipr as materialized (
  SELECT
    seller_id AS subject_no,
    violation_id AS entry_no,
    occurred_on AS entered_on,
    CAST(1 AS BIGINT) AS adds
  FROM climbing_measured_entries
  WHERE
    strikes__met AND NOT occurred_on IS NULL AND NOT 1 IS NULL
),
-- each entry, and the total that it makes
totalled_serious_ipr as materialized (
  SELECT
    entry.subject_no,
    entry.entry_no,
    entry.entered_on,
    entry.adds,
    CAST(SUM(other.adds) AS BIGINT) AS total
  FROM entered_serious_ipr AS entry
  JOIN entered_serious_ipr AS other
    ON other.subject_no = entry.subject_no
    AND (
      other.entered_on < entry.entered_on
      OR (
        other.entered_on = entry.entered_on
        AND (
          other.adds < entry.adds
          OR (
            other.adds = entry.adds AND other.entry_no <= entry.entry_no
          )
        )
      )
    )
    AND other.entered_on > CAST(entry.entered_on + INTERVAL '-365 DAY' AS DATE)
  GROUP BY
    entry.subject_no,
    entry.entry_no,
    entry.entered_on,
    entry.adds
),
-- the heaviest rung that each entry lifts the total to, from below
reached_serious_ipr as materialized (
  SELECT
    subject_no,
    entry_no,
    entered_on AS first_on,
    CAST(CASE
      WHEN rung = 1
      THEN entered_on
      WHEN rung = 2
      THEN CAST(entered_on + INTERVAL '6 DAY' AS DATE)
    END AS DATE) AS last_on,
    rung,
    CAST(CASE WHEN rung = 1 THEN 1 WHEN rung = 2 THEN 2 WHEN rung = 3 THEN 3 END AS BIGINT) AS node
  FROM (
    SELECT
      *,
      CAST(CASE
        WHEN (
          total - adds
        ) < 3 AND total >= 3
        THEN 3
        WHEN (
          total - adds
        ) < 2 AND total >= 2
        THEN 2
        WHEN (
          total - adds
        ) < 1 AND total >= 1
        THEN 1
      END AS INT) AS rung
    FROM totalled_serious_ipr
  ) AS placed
  WHERE
    NOT rung IS NULL
),
-- 'closing' as rung 3, unless one as heavy runs already
executed_serious_ipr_3 as materialized (
  SELECT
    lighter.subject_no,
    lighter.entry_no,
    lighter.first_on,
    lighter.last_on,
    lighter.rung,
    lighter.node
  FROM reached_serious_ipr AS lighter
  WHERE
    lighter.rung = 3
    AND NOT EXISTS(
      SELECT
        1 AS one
      FROM reached_serious_ipr AS earlier
      WHERE
        earlier.rung = 3
        AND earlier.subject_no = lighter.subject_no
        AND (
          earlier.first_on < lighter.first_on
          OR (
            earlier.first_on = lighter.first_on AND earlier.node < lighter.node
          )
        )
    )
),
-- 'freeze' as rung 1, unless one as heavy runs already
executed_serious_ipr_1 as materialized (
  SELECT
    lighter.subject_no,
    lighter.entry_no,
    lighter.first_on,
    lighter.last_on,
    lighter.rung,
    lighter.node
  FROM reached_serious_ipr AS lighter
  WHERE
    lighter.rung = 1
    AND NOT EXISTS(
      SELECT
        1 AS one
      FROM reached_serious_ipr AS heavier
      WHERE
        heavier.rung = 2
        AND heavier.subject_no = lighter.subject_no
        AND (
          heavier.first_on <= lighter.first_on
          AND (
            heavier.last_on IS NULL OR heavier.last_on >= lighter.first_on
          )
        )
    )
),
-- the sanctions executed, and of which kind each is
executed_serious_ipr as materialized (
  SELECT
    *,
    CASE WHEN rung = 1 THEN 1 WHEN rung = 2 THEN 1 WHEN rung = 3 THEN 2 END AS kind
  FROM (
    SELECT
      subject_no,
      entry_no,
      first_on,
      last_on,
      rung,
      node
    FROM reached_serious_ipr
    WHERE
      rung IN (2)
    UNION ALL
    SELECT
      subject_no,
      entry_no,
      first_on,
      last_on,
      rung,
      node
    FROM executed_serious_ipr_1
    UNION ALL
    SELECT
      subject_no,
      entry_no,
      first_on,
      last_on,
      rung,
      node
    FROM executed_serious_ipr_3
  ) AS parts
),
-- each of them, and the day on which another ended it
sanctions_serious_ipr as materialized (
  SELECT
    one.subject_no,
    one.entry_no,
    one.first_on,
    one.last_on,
    one.rung,
    one.node,
    MIN(other.first_on) AS replaced_on
  FROM executed_serious_ipr AS one
  LEFT JOIN executed_serious_ipr AS other
    ON other.subject_no = one.subject_no
    AND other.kind = one.kind
    AND other.rung >= one.rung
    AND (
      other.first_on > one.first_on
      OR (
        other.first_on = one.first_on AND other.node > one.node
      )
    )
    AND (
      one.last_on IS NULL OR other.first_on <= one.last_on
    )
  GROUP BY
    one.subject_no,
    one.entry_no,
    one.first_on,
    one.last_on,
    one.rung,
    one.node
),
-- the heaviest sanction in force, per subject
in_force_serious_ipr as materialized (
  SELECT
    subject_no,
    rung,
    node,
    first_on,
    last_on
  FROM (
    SELECT
      *,
      ROW_NUMBER() OVER (PARTITION BY subject_no ORDER BY rung DESC) AS place
    FROM sanctions_serious_ipr
    WHERE
      replaced_on IS NULL
      AND (
        last_on IS NULL OR last_on >= CAST(%(as_of)s AS DATE)
      )
  ) AS ranked
  WHERE
    place = 1
),
-- every subject with its counts; nothing counted is 0
measured as materialized (
  SELECT
    subjects.subject_no,
    CAST(COALESCE(counted_entries.ipr_entries, 0) AS BIGINT) AS ipr_entries,
    CAST(COALESCE(counted_entries.ipr_taken, 0) AS BIGINT) AS ipr_taken,
    CAST(COALESCE(counted_entries.trade_entries, 0) AS BIGINT) AS trade_entries,
    CAST(COALESCE(counted_entries.trade_taken, 0) AS BIGINT) AS trade_taken,
    CAST(COALESCE(counted_entries.quality_entries, 0) AS BIGINT) AS quality_entries,
    CAST(COALESCE(counted_entries.quality_taken, 0) AS BIGINT) AS quality_taken,
    CAST(COALESCE(counted_entries.strikes, 0) AS BIGINT) AS strikes,
    CAST(COALESCE(counted_entries.ipr_taken__known, 0) AS BIGINT) AS ipr_taken__known,
    CAST(COALESCE(counted_entries.trade_taken__known, 0) AS BIGINT) AS trade_taken__known,
    CAST(COALESCE(counted_entries.quality_taken__known, 0) AS BIGINT) AS quality_taken__known,
    CAST(COALESCE(counted_entries.entries__counted, 0) AS BIGINT) AS entries__counted
  FROM subjects
  LEFT JOIN counted_entries
    ON counted_entries.subject_no = subjects.subject_no
),
-- indicators as pairs of whole numbers, and whether each is assessed
indicated as materialized (
  SELECT
    *,
    strikes AS strikes_in_force__numerator,
    TRUE AS strikes_in_force__is_assessed
  FROM measured
),
-- numbers made of numbers, in millionths
calculated_1 as materialized (
  SELECT
    *,
    CAST((
      ipr_taken * 1000000
    ) AS BIGINT) AS calculated__1,
    CAST((
      trade_taken * 1000000
    ) AS BIGINT) AS calculated__6,
    CAST((
      quality_taken * 1000000
    ) AS BIGINT) AS calculated__11
  FROM indicated
),
-- numbers made of numbers, in millionths
calculated_2 as materialized (
  SELECT
    *,
    CAST(CASE
      WHEN (
        calculated__1
      ) >= 0
      THEN CAST((
        (
          (
            calculated__1
          ) * 2
        ) + (
          1000
        )
      ) / (
        (
          1000
        ) * 2
      ) AS BIGINT)
      WHEN (
        calculated__1
      ) < 0
      THEN -(
        CAST((
          (
            (
              -(
                calculated__1
              )
            ) * 2
          ) + (
            1000
          )
        ) / (
          (
            1000
          ) * 2
        ) AS BIGINT)
      )
    END AS BIGINT) AS calculated__2,
    CAST(CASE
      WHEN (
        calculated__6
      ) >= 0
      THEN CAST((
        (
          (
            calculated__6
          ) * 2
        ) + (
          1000
        )
      ) / (
        (
          1000
        ) * 2
      ) AS BIGINT)
      WHEN (
        calculated__6
      ) < 0
      THEN -(
        CAST((
          (
            (
              -(
                calculated__6
              )
            ) * 2
          ) + (
            1000
          )
        ) / (
          (
            1000
          ) * 2
        ) AS BIGINT)
      )
    END AS BIGINT) AS calculated__7,
    CAST(CASE
      WHEN (
        calculated__11
      ) >= 0
      THEN CAST((
        (
          (
            calculated__11
          ) * 2
        ) + (
          1000
        )
      ) / (
        (
          1000
        ) * 2
      ) AS BIGINT)
      WHEN (
        calculated__11
      ) < 0
      THEN -(
        CAST((
          (
            (
              -(
                calculated__11
              )
            ) * 2
          ) + (
            1000
          )
        ) / (
          (
            1000
          ) * 2
        ) AS BIGINT)
      )
    END AS BIGINT) AS calculated__12
  FROM calculated_1
),
-- numbers made of numbers, in millionths
calculated_3 as materialized (
  SELECT
    *,
    CAST(calculated__2 AS BIGINT) AS ipr_points__numerator,
    CAST(calculated__7 AS BIGINT) AS trade_points__numerator,
    CAST(calculated__12 AS BIGINT) AS quality_points__numerator
  FROM calculated_2
),
-- numbers made of numbers, in millionths
calculated as materialized (
  SELECT
    *,
    CAST(1000000 AS BIGINT) AS ipr_points__denominator,
    NOT ipr_points__numerator IS NULL AS ipr_points__is_assessed,
    CAST(1000000 AS BIGINT) AS trade_points__denominator,
    NOT trade_points__numerator IS NULL AS trade_points__is_assessed,
    CAST(1000000 AS BIGINT) AS quality_points__denominator,
    NOT quality_points__numerator IS NULL AS quality_points__is_assessed
  FROM calculated_3
),
-- every subject with its sanctions in force
laddered as materialized (
  SELECT
    calculated.*,
    in_force_ipr.rung AS ipr__rung,
    in_force_ipr.node AS ipr__node,
    in_force_ipr.first_on AS ipr__first_on,
    in_force_ipr.last_on AS ipr__last_on,
    in_force_trade.rung AS trade__rung,
    in_force_trade.node AS trade__node,
    in_force_trade.first_on AS trade__first_on,
    in_force_trade.last_on AS trade__last_on,
    in_force_quality.rung AS quality__rung,
    in_force_quality.node AS quality__node,
    in_force_quality.first_on AS quality__first_on,
    in_force_quality.last_on AS quality__last_on,
    in_force_serious_ipr.rung AS serious_ipr__rung,
    in_force_serious_ipr.node AS serious_ipr__node,
    in_force_serious_ipr.first_on AS serious_ipr__first_on,
    in_force_serious_ipr.last_on AS serious_ipr__last_on
  FROM calculated
  LEFT JOIN in_force_ipr
    ON in_force_ipr.subject_no = calculated.subject_no
  LEFT JOIN in_force_trade
    ON in_force_trade.subject_no = calculated.subject_no
  LEFT JOIN in_force_quality
    ON in_force_quality.subject_no = calculated.subject_no
  LEFT JOIN in_force_serious_ipr
    ON in_force_serious_ipr.subject_no = calculated.subject_no
),
-- each limit of each grade, and where it counts as met untested
limited as materialized (
  SELECT
    *
  FROM laddered
),
-- why there is no grade, and the first grade whose limits all hold
graded as materialized (
  SELECT
    *,
    CAST(NULL AS VARCHAR) AS reason__not_graded,
    CAST(NULL AS INT) AS place__reached
  FROM limited
),
-- the grade, and the first limit of the next better one that is missed
results as materialized (
  SELECT
    *,
    CASE WHEN reason__not_graded IS NULL THEN place__reached END AS grade__place,
    CAST(CASE WHEN reason__not_graded IS NULL THEN NULL END AS INT) AS limit__deciding
  FROM graded
)
SELECT
  results.*,
  seller_ids.seller_id AS subject_id
FROM results
JOIN seller_ids
  ON seller_ids.seller_no = results.subject_no
ORDER BY
  subject_id
