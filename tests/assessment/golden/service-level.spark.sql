with -- rows of orders that were received more than once, what was taken back blanked
several_orders as (
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
      WHEN received.ship_by_counts
      AND (
        taken_back.back_5 IS NULL OR received.ship_by_said_at > taken_back.back_5
      )
      THEN received.ship_by
    END AS ship_by,
    CASE
      WHEN received.shipped_at_counts
      AND (
        taken_back.back_6 IS NULL OR received.shipped_at_said_at > taken_back.back_6
      )
      THEN received.shipped_at
    END AS shipped_at,
    CASE
      WHEN received.delivered_at_counts
      AND (
        taken_back.back_7 IS NULL OR received.delivered_at_said_at > taken_back.back_7
      )
      THEN received.delivered_at
    END AS delivered_at,
    CASE
      WHEN received.closed_at_counts
      AND (
        taken_back.back_8 IS NULL OR received.closed_at_said_at > taken_back.back_8
      )
      THEN received.closed_at
    END AS closed_at,
    CASE
      WHEN received.cancelled_at_counts
      AND (
        taken_back.back_9 IS NULL OR received.cancelled_at_said_at > taken_back.back_9
      )
      THEN received.cancelled_at
    END AS cancelled_at,
    CASE
      WHEN received.cancelled_by_counts
      AND (
        taken_back.back_10 IS NULL OR received.cancelled_by_said_at > taken_back.back_10
      )
      THEN received.cancelled_by
    END AS cancelled_by,
    received.parent_order_no_said_at,
    received.buyer_no_said_at,
    received.seller_no_said_at,
    received.placed_at_said_at,
    received.paid_at_said_at,
    received.ship_by_said_at,
    received.shipped_at_said_at,
    received.delivered_at_said_at,
    received.closed_at_said_at,
    received.cancelled_at_said_at,
    received.cancelled_by_said_at
  FROM (
    SELECT
      order_no,
      parent_order_no,
      buyer_no,
      seller_no,
      placed_at,
      paid_at,
      ship_by,
      shipped_at,
      delivered_at,
      closed_at,
      cancelled_at,
      cancelled_by,
      COALESCE(recorded_at, placed_at, CAST('1900-01-01 00:00:00' AS TIMESTAMP)) AS parent_order_no_said_at,
      COALESCE(recorded_at, placed_at, CAST('1900-01-01 00:00:00' AS TIMESTAMP)) AS buyer_no_said_at,
      COALESCE(recorded_at, placed_at, CAST('1900-01-01 00:00:00' AS TIMESTAMP)) AS seller_no_said_at,
      COALESCE(recorded_at, placed_at, CAST('1900-01-01 00:00:00' AS TIMESTAMP)) AS placed_at_said_at,
      COALESCE(recorded_at, paid_at, CAST('1900-01-01 00:00:00' AS TIMESTAMP)) AS paid_at_said_at,
      COALESCE(recorded_at, placed_at, CAST('1900-01-01 00:00:00' AS TIMESTAMP)) AS ship_by_said_at,
      COALESCE(recorded_at, shipped_at, CAST('1900-01-01 00:00:00' AS TIMESTAMP)) AS shipped_at_said_at,
      COALESCE(recorded_at, delivered_at, CAST('1900-01-01 00:00:00' AS TIMESTAMP)) AS delivered_at_said_at,
      COALESCE(recorded_at, closed_at, CAST('1900-01-01 00:00:00' AS TIMESTAMP)) AS closed_at_said_at,
      COALESCE(recorded_at, cancelled_at, CAST('1900-01-01 00:00:00' AS TIMESTAMP)) AS cancelled_at_said_at,
      COALESCE(recorded_at, cancelled_at, CAST('1900-01-01 00:00:00' AS TIMESTAMP)) AS cancelled_by_said_at,
      COALESCE(recorded_at, placed_at, CAST('1900-01-01 00:00:00' AS TIMESTAMP)) <= :known_at
      AND (
        placed_at IS NULL OR placed_at < :as_of_end
      ) AS parent_order_no_counts,
      COALESCE(recorded_at, placed_at, CAST('1900-01-01 00:00:00' AS TIMESTAMP)) <= :known_at
      AND (
        placed_at IS NULL OR placed_at < :as_of_end
      ) AS buyer_no_counts,
      COALESCE(recorded_at, placed_at, CAST('1900-01-01 00:00:00' AS TIMESTAMP)) <= :known_at
      AND (
        placed_at IS NULL OR placed_at < :as_of_end
      ) AS seller_no_counts,
      COALESCE(recorded_at, placed_at, CAST('1900-01-01 00:00:00' AS TIMESTAMP)) <= :known_at
      AND (
        placed_at IS NULL OR placed_at < :as_of_end
      ) AS placed_at_counts,
      COALESCE(recorded_at, paid_at, CAST('1900-01-01 00:00:00' AS TIMESTAMP)) <= :known_at
      AND (
        paid_at IS NULL OR paid_at < :as_of_end
      ) AS paid_at_counts,
      COALESCE(recorded_at, placed_at, CAST('1900-01-01 00:00:00' AS TIMESTAMP)) <= :known_at
      AND (
        placed_at IS NULL OR placed_at < :as_of_end
      ) AS ship_by_counts,
      COALESCE(recorded_at, shipped_at, CAST('1900-01-01 00:00:00' AS TIMESTAMP)) <= :known_at
      AND (
        shipped_at IS NULL OR shipped_at < :as_of_end
      ) AS shipped_at_counts,
      COALESCE(recorded_at, delivered_at, CAST('1900-01-01 00:00:00' AS TIMESTAMP)) <= :known_at
      AND (
        delivered_at IS NULL OR delivered_at < :as_of_end
      ) AS delivered_at_counts,
      COALESCE(recorded_at, closed_at, CAST('1900-01-01 00:00:00' AS TIMESTAMP)) <= :known_at
      AND (
        closed_at IS NULL OR closed_at < :as_of_end
      ) AS closed_at_counts,
      COALESCE(recorded_at, cancelled_at, CAST('1900-01-01 00:00:00' AS TIMESTAMP)) <= :known_at
      AND (
        cancelled_at IS NULL OR cancelled_at < :as_of_end
      ) AS cancelled_at_counts,
      COALESCE(recorded_at, cancelled_at, CAST('1900-01-01 00:00:00' AS TIMESTAMP)) <= :known_at
      AND (
        cancelled_at IS NULL OR cancelled_at < :as_of_end
      ) AS cancelled_by_counts
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
      MAX(CASE WHEN column_name IN ('*', 'ship_by') THEN retracted_at END) AS back_5,
      MAX(CASE WHEN column_name IN ('*', 'shipped_at') THEN retracted_at END) AS back_6,
      MAX(CASE WHEN column_name IN ('*', 'delivered_at') THEN retracted_at END) AS back_7,
      MAX(CASE WHEN column_name IN ('*', 'closed_at') THEN retracted_at END) AS back_8,
      MAX(CASE WHEN column_name IN ('*', 'cancelled_at') THEN retracted_at END) AS back_9,
      MAX(CASE WHEN column_name IN ('*', 'cancelled_by') THEN retracted_at END) AS back_10
    FROM orders_retracted
    WHERE
      retracted_at <= :corrected_at
    GROUP BY
      order_no
  ) AS taken_back
    ON received.order_no = taken_back.order_no
),
-- when each of their values was last said
newest_orders as (
  SELECT
    order_no,
    MAX(CASE WHEN NOT parent_order_no IS NULL THEN parent_order_no_said_at END) AS newest_0,
    MAX(CASE WHEN NOT buyer_no IS NULL THEN buyer_no_said_at END) AS newest_1,
    MAX(CASE WHEN NOT seller_no IS NULL THEN seller_no_said_at END) AS newest_2,
    MAX(CASE WHEN NOT placed_at IS NULL THEN placed_at_said_at END) AS newest_3,
    MAX(CASE WHEN NOT paid_at IS NULL THEN paid_at_said_at END) AS newest_4,
    MAX(CASE WHEN NOT ship_by IS NULL THEN ship_by_said_at END) AS newest_5,
    MAX(CASE WHEN NOT shipped_at IS NULL THEN shipped_at_said_at END) AS newest_6,
    MAX(CASE WHEN NOT delivered_at IS NULL THEN delivered_at_said_at END) AS newest_7,
    MAX(CASE WHEN NOT closed_at IS NULL THEN closed_at_said_at END) AS newest_8,
    MAX(CASE WHEN NOT cancelled_at IS NULL THEN cancelled_at_said_at END) AS newest_9,
    MAX(CASE WHEN NOT cancelled_by IS NULL THEN cancelled_by_said_at END) AS newest_10
  FROM several_orders
  GROUP BY
    order_no
),
-- the value last said, column by column
merged_orders as (
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
        WHEN several_orders.ship_by_said_at = newest_orders.newest_5
        THEN several_orders.ship_by
      END
    ) AS ship_by,
    MAX(
      CASE
        WHEN several_orders.shipped_at_said_at = newest_orders.newest_6
        THEN several_orders.shipped_at
      END
    ) AS shipped_at,
    MAX(
      CASE
        WHEN several_orders.delivered_at_said_at = newest_orders.newest_7
        THEN several_orders.delivered_at
      END
    ) AS delivered_at,
    MAX(
      CASE
        WHEN several_orders.closed_at_said_at = newest_orders.newest_8
        THEN several_orders.closed_at
      END
    ) AS closed_at,
    MAX(
      CASE
        WHEN several_orders.cancelled_at_said_at = newest_orders.newest_9
        THEN several_orders.cancelled_at
      END
    ) AS cancelled_at,
    MAX(
      CASE
        WHEN several_orders.cancelled_by_said_at = newest_orders.newest_10
        THEN several_orders.cancelled_by
      END
    ) AS cancelled_by
  FROM several_orders
  JOIN newest_orders
    ON several_orders.order_no = newest_orders.order_no
  GROUP BY
    several_orders.order_no
),
-- orders as known at $known_at for the day that ends at $as_of_end
known_orders as (
  SELECT
    order_no,
    CASE
      WHEN COALESCE(recorded_at, placed_at, CAST('1900-01-01 00:00:00' AS TIMESTAMP)) <= :known_at
      AND (
        placed_at IS NULL OR placed_at < :as_of_end
      )
      THEN parent_order_no
    END AS parent_order_no,
    CASE
      WHEN COALESCE(recorded_at, placed_at, CAST('1900-01-01 00:00:00' AS TIMESTAMP)) <= :known_at
      AND (
        placed_at IS NULL OR placed_at < :as_of_end
      )
      THEN buyer_no
    END AS buyer_no,
    CASE
      WHEN COALESCE(recorded_at, placed_at, CAST('1900-01-01 00:00:00' AS TIMESTAMP)) <= :known_at
      AND (
        placed_at IS NULL OR placed_at < :as_of_end
      )
      THEN seller_no
    END AS seller_no,
    CASE
      WHEN COALESCE(recorded_at, placed_at, CAST('1900-01-01 00:00:00' AS TIMESTAMP)) <= :known_at
      AND (
        placed_at IS NULL OR placed_at < :as_of_end
      )
      THEN placed_at
    END AS placed_at,
    CASE
      WHEN COALESCE(recorded_at, paid_at, CAST('1900-01-01 00:00:00' AS TIMESTAMP)) <= :known_at
      AND (
        paid_at IS NULL OR paid_at < :as_of_end
      )
      THEN paid_at
    END AS paid_at,
    CASE
      WHEN COALESCE(recorded_at, placed_at, CAST('1900-01-01 00:00:00' AS TIMESTAMP)) <= :known_at
      AND (
        placed_at IS NULL OR placed_at < :as_of_end
      )
      THEN ship_by
    END AS ship_by,
    CASE
      WHEN COALESCE(recorded_at, shipped_at, CAST('1900-01-01 00:00:00' AS TIMESTAMP)) <= :known_at
      AND (
        shipped_at IS NULL OR shipped_at < :as_of_end
      )
      THEN shipped_at
    END AS shipped_at,
    CASE
      WHEN COALESCE(recorded_at, delivered_at, CAST('1900-01-01 00:00:00' AS TIMESTAMP)) <= :known_at
      AND (
        delivered_at IS NULL OR delivered_at < :as_of_end
      )
      THEN delivered_at
    END AS delivered_at,
    CASE
      WHEN COALESCE(recorded_at, closed_at, CAST('1900-01-01 00:00:00' AS TIMESTAMP)) <= :known_at
      AND (
        closed_at IS NULL OR closed_at < :as_of_end
      )
      THEN closed_at
    END AS closed_at,
    CASE
      WHEN COALESCE(recorded_at, cancelled_at, CAST('1900-01-01 00:00:00' AS TIMESTAMP)) <= :known_at
      AND (
        cancelled_at IS NULL OR cancelled_at < :as_of_end
      )
      THEN cancelled_at
    END AS cancelled_at,
    CASE
      WHEN COALESCE(recorded_at, cancelled_at, CAST('1900-01-01 00:00:00' AS TIMESTAMP)) <= :known_at
      AND (
        cancelled_at IS NULL OR cancelled_at < :as_of_end
      )
      THEN cancelled_by
    END AS cancelled_by
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
    ship_by,
    shipped_at,
    delivered_at,
    closed_at,
    cancelled_at,
    cancelled_by
  FROM merged_orders
),
-- rows of feedback that were received more than once, what was taken back blanked
ever_several_feedback as (
  SELECT
    received.feedback_id,
    received.given_at,
    CASE
      WHEN received.order_no_counts
      AND (
        taken_back.back_0 IS NULL OR received.order_no_said_at > taken_back.back_0
      )
      THEN received.order_no
    END AS order_no,
    CASE
      WHEN received.removed_at_counts
      AND (
        taken_back.back_1 IS NULL OR received.removed_at_said_at > taken_back.back_1
      )
      THEN received.removed_at
    END AS removed_at,
    received.order_no_said_at,
    received.removed_at_said_at
  FROM (
    SELECT
      feedback_id,
      given_at,
      order_no,
      removed_at,
      COALESCE(recorded_at, given_at, CAST('1900-01-01 00:00:00' AS TIMESTAMP)) AS order_no_said_at,
      COALESCE(recorded_at, removed_at, CAST('1900-01-01 00:00:00' AS TIMESTAMP)) AS removed_at_said_at,
      COALESCE(recorded_at, given_at, CAST('1900-01-01 00:00:00' AS TIMESTAMP)) <= :known_at AS order_no_counts,
      COALESCE(recorded_at, removed_at, CAST('1900-01-01 00:00:00' AS TIMESTAMP)) <= :corrected_at AS removed_at_counts
    FROM feedback
    WHERE
      (feedback_id, given_at) IN (
        SELECT
          feedback_id,
          given_at
        FROM feedback_revised
      )
      AND (
        COALESCE(recorded_at, given_at, CAST('1900-01-01 00:00:00' AS TIMESTAMP)) <= :known_at
        OR (
          COALESCE(recorded_at, given_at, CAST('1900-01-01 00:00:00' AS TIMESTAMP)) <= :corrected_at
          AND TRUE
        )
      )
  ) AS received
  LEFT JOIN (
    SELECT
      feedback_id,
      given_at,
      MAX(CASE WHEN column_name IN ('*', 'order_id') THEN retracted_at END) AS back_0,
      MAX(CASE WHEN column_name IN ('*', 'removed_at') THEN retracted_at END) AS back_1
    FROM feedback_retracted
    WHERE
      retracted_at <= :corrected_at
    GROUP BY
      feedback_id,
      given_at
  ) AS taken_back
    ON received.feedback_id = taken_back.feedback_id
    AND received.given_at = taken_back.given_at
),
-- when each of their values was last said
ever_newest_feedback as (
  SELECT
    feedback_id,
    given_at,
    MAX(CASE WHEN NOT order_no IS NULL THEN order_no_said_at END) AS newest_0,
    MAX(CASE WHEN NOT removed_at IS NULL THEN removed_at_said_at END) AS newest_1
  FROM ever_several_feedback
  GROUP BY
    feedback_id,
    given_at
),
-- the value last said, column by column
ever_merged_feedback as (
  SELECT
    ever_several_feedback.feedback_id,
    ever_several_feedback.given_at,
    MAX(
      CASE
        WHEN ever_several_feedback.order_no_said_at = ever_newest_feedback.newest_0
        THEN ever_several_feedback.order_no
      END
    ) AS order_no,
    MAX(
      CASE
        WHEN ever_several_feedback.removed_at_said_at = ever_newest_feedback.newest_1
        THEN ever_several_feedback.removed_at
      END
    ) AS removed_at
  FROM ever_several_feedback
  JOIN ever_newest_feedback
    ON ever_several_feedback.feedback_id = ever_newest_feedback.feedback_id
    AND ever_several_feedback.given_at = ever_newest_feedback.given_at
  GROUP BY
    ever_several_feedback.feedback_id,
    ever_several_feedback.given_at
),
-- feedback as known at $known_at for every day
ever_feedback as (
  SELECT
    feedback_id,
    given_at,
    CASE
      WHEN COALESCE(recorded_at, given_at, CAST('1900-01-01 00:00:00' AS TIMESTAMP)) <= :known_at
      THEN order_no
    END AS order_no,
    CASE
      WHEN COALESCE(recorded_at, removed_at, CAST('1900-01-01 00:00:00' AS TIMESTAMP)) <= :corrected_at
      THEN removed_at
    END AS removed_at
  FROM feedback
  WHERE
    (
      COALESCE(recorded_at, given_at, CAST('1900-01-01 00:00:00' AS TIMESTAMP)) <= :known_at
      OR (
        COALESCE(recorded_at, given_at, CAST('1900-01-01 00:00:00' AS TIMESTAMP)) <= :corrected_at
        AND TRUE
      )
    )
    AND NOT (feedback_id, given_at) IN (
      SELECT
        feedback_id,
        given_at
      FROM feedback_revised
    )
  UNION ALL
  SELECT
    feedback_id,
    given_at,
    order_no,
    removed_at
  FROM ever_merged_feedback
),
-- rows of feedback that were received more than once, what was taken back blanked
several_feedback as (
  SELECT
    received.feedback_id,
    received.given_at,
    CASE
      WHEN received.order_no_counts
      AND (
        taken_back.back_0 IS NULL OR received.order_no_said_at > taken_back.back_0
      )
      THEN received.order_no
    END AS order_no,
    CASE
      WHEN received.given_by_counts
      AND (
        taken_back.back_1 IS NULL OR received.given_by_said_at > taken_back.back_1
      )
      THEN received.given_by
    END AS given_by,
    CASE
      WHEN received.stars_counts
      AND (
        taken_back.back_2 IS NULL OR received.stars_said_at > taken_back.back_2
      )
      THEN received.stars
    END AS stars,
    CASE
      WHEN received.description_stars_counts
      AND (
        taken_back.back_3 IS NULL
        OR received.description_stars_said_at > taken_back.back_3
      )
      THEN received.description_stars
    END AS description_stars,
    CASE
      WHEN received.communication_stars_counts
      AND (
        taken_back.back_4 IS NULL
        OR received.communication_stars_said_at > taken_back.back_4
      )
      THEN received.communication_stars
    END AS communication_stars,
    CASE
      WHEN received.logistics_stars_counts
      AND (
        taken_back.back_5 IS NULL OR received.logistics_stars_said_at > taken_back.back_5
      )
      THEN received.logistics_stars
    END AS logistics_stars,
    CASE
      WHEN received.removed_at_counts
      AND (
        taken_back.back_6 IS NULL OR received.removed_at_said_at > taken_back.back_6
      )
      THEN received.removed_at
    END AS removed_at,
    received.order_no_said_at,
    received.given_by_said_at,
    received.stars_said_at,
    received.description_stars_said_at,
    received.communication_stars_said_at,
    received.logistics_stars_said_at,
    received.removed_at_said_at
  FROM (
    SELECT
      feedback_id,
      given_at,
      order_no,
      given_by,
      stars,
      description_stars,
      communication_stars,
      logistics_stars,
      removed_at,
      COALESCE(recorded_at, given_at, CAST('1900-01-01 00:00:00' AS TIMESTAMP)) AS order_no_said_at,
      COALESCE(recorded_at, given_at, CAST('1900-01-01 00:00:00' AS TIMESTAMP)) AS given_by_said_at,
      COALESCE(recorded_at, given_at, CAST('1900-01-01 00:00:00' AS TIMESTAMP)) AS stars_said_at,
      COALESCE(recorded_at, given_at, CAST('1900-01-01 00:00:00' AS TIMESTAMP)) AS description_stars_said_at,
      COALESCE(recorded_at, given_at, CAST('1900-01-01 00:00:00' AS TIMESTAMP)) AS communication_stars_said_at,
      COALESCE(recorded_at, given_at, CAST('1900-01-01 00:00:00' AS TIMESTAMP)) AS logistics_stars_said_at,
      COALESCE(recorded_at, removed_at, CAST('1900-01-01 00:00:00' AS TIMESTAMP)) AS removed_at_said_at,
      COALESCE(recorded_at, given_at, CAST('1900-01-01 00:00:00' AS TIMESTAMP)) <= :known_at
      AND (
        given_at IS NULL OR given_at < :as_of_end
      ) AS order_no_counts,
      COALESCE(recorded_at, given_at, CAST('1900-01-01 00:00:00' AS TIMESTAMP)) <= :known_at
      AND (
        given_at IS NULL OR given_at < :as_of_end
      ) AS given_by_counts,
      COALESCE(recorded_at, given_at, CAST('1900-01-01 00:00:00' AS TIMESTAMP)) <= :known_at
      AND (
        given_at IS NULL OR given_at < :as_of_end
      ) AS stars_counts,
      COALESCE(recorded_at, given_at, CAST('1900-01-01 00:00:00' AS TIMESTAMP)) <= :known_at
      AND (
        given_at IS NULL OR given_at < :as_of_end
      ) AS description_stars_counts,
      COALESCE(recorded_at, given_at, CAST('1900-01-01 00:00:00' AS TIMESTAMP)) <= :known_at
      AND (
        given_at IS NULL OR given_at < :as_of_end
      ) AS communication_stars_counts,
      COALESCE(recorded_at, given_at, CAST('1900-01-01 00:00:00' AS TIMESTAMP)) <= :known_at
      AND (
        given_at IS NULL OR given_at < :as_of_end
      ) AS logistics_stars_counts,
      COALESCE(recorded_at, removed_at, CAST('1900-01-01 00:00:00' AS TIMESTAMP)) <= :corrected_at AS removed_at_counts
    FROM feedback
    WHERE
      (feedback_id, given_at) IN (
        SELECT
          feedback_id,
          given_at
        FROM feedback_revised
      )
      AND (
        (
          COALESCE(recorded_at, given_at, CAST('1900-01-01 00:00:00' AS TIMESTAMP)) <= :known_at
          AND (
            given_at IS NULL OR given_at < :as_of_end
          )
        )
        OR (
          COALESCE(recorded_at, given_at, CAST('1900-01-01 00:00:00' AS TIMESTAMP)) <= :corrected_at
          AND given_at < :as_of_end
        )
      )
  ) AS received
  LEFT JOIN (
    SELECT
      feedback_id,
      given_at,
      MAX(CASE WHEN column_name IN ('*', 'order_id') THEN retracted_at END) AS back_0,
      MAX(CASE WHEN column_name IN ('*', 'given_by') THEN retracted_at END) AS back_1,
      MAX(CASE WHEN column_name IN ('*', 'stars') THEN retracted_at END) AS back_2,
      MAX(CASE WHEN column_name IN ('*', 'description_stars') THEN retracted_at END) AS back_3,
      MAX(CASE WHEN column_name IN ('*', 'communication_stars') THEN retracted_at END) AS back_4,
      MAX(CASE WHEN column_name IN ('*', 'logistics_stars') THEN retracted_at END) AS back_5,
      MAX(CASE WHEN column_name IN ('*', 'removed_at') THEN retracted_at END) AS back_6
    FROM feedback_retracted
    WHERE
      retracted_at <= :corrected_at
    GROUP BY
      feedback_id,
      given_at
  ) AS taken_back
    ON received.feedback_id = taken_back.feedback_id
    AND received.given_at = taken_back.given_at
),
-- when each of their values was last said
newest_feedback as (
  SELECT
    feedback_id,
    given_at,
    MAX(CASE WHEN NOT order_no IS NULL THEN order_no_said_at END) AS newest_0,
    MAX(CASE WHEN NOT given_by IS NULL THEN given_by_said_at END) AS newest_1,
    MAX(CASE WHEN NOT stars IS NULL THEN stars_said_at END) AS newest_2,
    MAX(CASE WHEN NOT description_stars IS NULL THEN description_stars_said_at END) AS newest_3,
    MAX(CASE WHEN NOT communication_stars IS NULL THEN communication_stars_said_at END) AS newest_4,
    MAX(CASE WHEN NOT logistics_stars IS NULL THEN logistics_stars_said_at END) AS newest_5,
    MAX(CASE WHEN NOT removed_at IS NULL THEN removed_at_said_at END) AS newest_6
  FROM several_feedback
  GROUP BY
    feedback_id,
    given_at
),
-- the value last said, column by column
merged_feedback as (
  SELECT
    several_feedback.feedback_id,
    several_feedback.given_at,
    MAX(
      CASE
        WHEN several_feedback.order_no_said_at = newest_feedback.newest_0
        THEN several_feedback.order_no
      END
    ) AS order_no,
    MAX(
      CASE
        WHEN several_feedback.given_by_said_at = newest_feedback.newest_1
        THEN several_feedback.given_by
      END
    ) AS given_by,
    MAX(
      CASE
        WHEN several_feedback.stars_said_at = newest_feedback.newest_2
        THEN several_feedback.stars
      END
    ) AS stars,
    MAX(
      CASE
        WHEN several_feedback.description_stars_said_at = newest_feedback.newest_3
        THEN several_feedback.description_stars
      END
    ) AS description_stars,
    MAX(
      CASE
        WHEN several_feedback.communication_stars_said_at = newest_feedback.newest_4
        THEN several_feedback.communication_stars
      END
    ) AS communication_stars,
    MAX(
      CASE
        WHEN several_feedback.logistics_stars_said_at = newest_feedback.newest_5
        THEN several_feedback.logistics_stars
      END
    ) AS logistics_stars,
    MAX(
      CASE
        WHEN several_feedback.removed_at_said_at = newest_feedback.newest_6
        THEN several_feedback.removed_at
      END
    ) AS removed_at
  FROM several_feedback
  JOIN newest_feedback
    ON several_feedback.feedback_id = newest_feedback.feedback_id
    AND several_feedback.given_at = newest_feedback.given_at
  GROUP BY
    several_feedback.feedback_id,
    several_feedback.given_at
),
-- feedback as known at $known_at for the day that ends at $as_of_end
known_feedback as (
  SELECT
    feedback_id,
    given_at,
    CASE
      WHEN COALESCE(recorded_at, given_at, CAST('1900-01-01 00:00:00' AS TIMESTAMP)) <= :known_at
      AND (
        given_at IS NULL OR given_at < :as_of_end
      )
      THEN order_no
    END AS order_no,
    CASE
      WHEN COALESCE(recorded_at, given_at, CAST('1900-01-01 00:00:00' AS TIMESTAMP)) <= :known_at
      AND (
        given_at IS NULL OR given_at < :as_of_end
      )
      THEN given_by
    END AS given_by,
    CASE
      WHEN COALESCE(recorded_at, given_at, CAST('1900-01-01 00:00:00' AS TIMESTAMP)) <= :known_at
      AND (
        given_at IS NULL OR given_at < :as_of_end
      )
      THEN stars
    END AS stars,
    CASE
      WHEN COALESCE(recorded_at, given_at, CAST('1900-01-01 00:00:00' AS TIMESTAMP)) <= :known_at
      AND (
        given_at IS NULL OR given_at < :as_of_end
      )
      THEN description_stars
    END AS description_stars,
    CASE
      WHEN COALESCE(recorded_at, given_at, CAST('1900-01-01 00:00:00' AS TIMESTAMP)) <= :known_at
      AND (
        given_at IS NULL OR given_at < :as_of_end
      )
      THEN communication_stars
    END AS communication_stars,
    CASE
      WHEN COALESCE(recorded_at, given_at, CAST('1900-01-01 00:00:00' AS TIMESTAMP)) <= :known_at
      AND (
        given_at IS NULL OR given_at < :as_of_end
      )
      THEN logistics_stars
    END AS logistics_stars,
    CASE
      WHEN COALESCE(recorded_at, removed_at, CAST('1900-01-01 00:00:00' AS TIMESTAMP)) <= :corrected_at
      THEN removed_at
    END AS removed_at
  FROM feedback
  WHERE
    (
      (
        COALESCE(recorded_at, given_at, CAST('1900-01-01 00:00:00' AS TIMESTAMP)) <= :known_at
        AND (
          given_at IS NULL OR given_at < :as_of_end
        )
      )
      OR (
        COALESCE(recorded_at, given_at, CAST('1900-01-01 00:00:00' AS TIMESTAMP)) <= :corrected_at
        AND given_at < :as_of_end
      )
    )
    AND NOT (feedback_id, given_at) IN (
      SELECT
        feedback_id,
        given_at
      FROM feedback_revised
    )
  UNION ALL
  SELECT
    feedback_id,
    given_at,
    order_no,
    given_by,
    stars,
    description_stars,
    communication_stars,
    logistics_stars,
    removed_at
  FROM merged_feedback
),
-- rows of disputes that were received more than once, what was taken back blanked
several_disputes as (
  SELECT
    received.dispute_id,
    CASE
      WHEN received.order_no_counts
      AND (
        taken_back.back_0 IS NULL OR received.order_no_said_at > taken_back.back_0
      )
      THEN received.order_no
    END AS order_no,
    CASE
      WHEN received.first_reason_counts
      AND (
        taken_back.back_1 IS NULL OR received.first_reason_said_at > taken_back.back_1
      )
      THEN received.first_reason
    END AS first_reason,
    CASE
      WHEN received.reason_counts
      AND (
        taken_back.back_2 IS NULL OR received.reason_said_at > taken_back.back_2
      )
      THEN received.reason
    END AS reason,
    CASE
      WHEN received.opened_at_counts
      AND (
        taken_back.back_3 IS NULL OR received.opened_at_said_at > taken_back.back_3
      )
      THEN received.opened_at
    END AS opened_at,
    CASE
      WHEN received.buyer_acted_at_counts
      AND (
        taken_back.back_4 IS NULL OR received.buyer_acted_at_said_at > taken_back.back_4
      )
      THEN received.buyer_acted_at
    END AS buyer_acted_at,
    CASE
      WHEN received.answered_at_counts
      AND (
        taken_back.back_5 IS NULL OR received.answered_at_said_at > taken_back.back_5
      )
      THEN received.answered_at
    END AS answered_at,
    CASE
      WHEN received.escalated_at_counts
      AND (
        taken_back.back_6 IS NULL OR received.escalated_at_said_at > taken_back.back_6
      )
      THEN received.escalated_at
    END AS escalated_at,
    CASE
      WHEN received.closed_at_counts
      AND (
        taken_back.back_7 IS NULL OR received.closed_at_said_at > taken_back.back_7
      )
      THEN received.closed_at
    END AS closed_at,
    CASE
      WHEN received.close_reason_counts
      AND (
        taken_back.back_8 IS NULL OR received.close_reason_said_at > taken_back.back_8
      )
      THEN received.close_reason
    END AS close_reason,
    CASE
      WHEN received.liable_counts
      AND (
        taken_back.back_9 IS NULL OR received.liable_said_at > taken_back.back_9
      )
      THEN received.liable
    END AS liable,
    CASE
      WHEN received.has_return_counts
      AND (
        taken_back.back_10 IS NULL OR received.has_return_said_at > taken_back.back_10
      )
      THEN received.has_return
    END AS has_return,
    received.order_no_said_at,
    received.first_reason_said_at,
    received.reason_said_at,
    received.opened_at_said_at,
    received.buyer_acted_at_said_at,
    received.answered_at_said_at,
    received.escalated_at_said_at,
    received.closed_at_said_at,
    received.close_reason_said_at,
    received.liable_said_at,
    received.has_return_said_at
  FROM (
    SELECT
      dispute_id,
      order_no,
      first_reason,
      reason,
      opened_at,
      buyer_acted_at,
      answered_at,
      escalated_at,
      closed_at,
      close_reason,
      liable,
      has_return,
      COALESCE(recorded_at, opened_at, CAST('1900-01-01 00:00:00' AS TIMESTAMP)) AS order_no_said_at,
      COALESCE(recorded_at, opened_at, CAST('1900-01-01 00:00:00' AS TIMESTAMP)) AS first_reason_said_at,
      COALESCE(recorded_at, opened_at, CAST('1900-01-01 00:00:00' AS TIMESTAMP)) AS reason_said_at,
      COALESCE(recorded_at, opened_at, CAST('1900-01-01 00:00:00' AS TIMESTAMP)) AS opened_at_said_at,
      COALESCE(recorded_at, buyer_acted_at, CAST('1900-01-01 00:00:00' AS TIMESTAMP)) AS buyer_acted_at_said_at,
      COALESCE(recorded_at, answered_at, CAST('1900-01-01 00:00:00' AS TIMESTAMP)) AS answered_at_said_at,
      COALESCE(recorded_at, escalated_at, CAST('1900-01-01 00:00:00' AS TIMESTAMP)) AS escalated_at_said_at,
      COALESCE(recorded_at, closed_at, CAST('1900-01-01 00:00:00' AS TIMESTAMP)) AS closed_at_said_at,
      COALESCE(recorded_at, closed_at, CAST('1900-01-01 00:00:00' AS TIMESTAMP)) AS close_reason_said_at,
      COALESCE(recorded_at, closed_at, CAST('1900-01-01 00:00:00' AS TIMESTAMP)) AS liable_said_at,
      COALESCE(recorded_at, opened_at, CAST('1900-01-01 00:00:00' AS TIMESTAMP)) AS has_return_said_at,
      COALESCE(recorded_at, opened_at, CAST('1900-01-01 00:00:00' AS TIMESTAMP)) <= :known_at
      AND (
        opened_at IS NULL OR opened_at < :as_of_end
      ) AS order_no_counts,
      COALESCE(recorded_at, opened_at, CAST('1900-01-01 00:00:00' AS TIMESTAMP)) <= :known_at
      AND (
        opened_at IS NULL OR opened_at < :as_of_end
      ) AS first_reason_counts,
      COALESCE(recorded_at, opened_at, CAST('1900-01-01 00:00:00' AS TIMESTAMP)) <= :known_at
      AND (
        opened_at IS NULL OR opened_at < :as_of_end
      ) AS reason_counts,
      COALESCE(recorded_at, opened_at, CAST('1900-01-01 00:00:00' AS TIMESTAMP)) <= :known_at
      AND (
        opened_at IS NULL OR opened_at < :as_of_end
      ) AS opened_at_counts,
      COALESCE(recorded_at, buyer_acted_at, CAST('1900-01-01 00:00:00' AS TIMESTAMP)) <= :known_at
      AND (
        buyer_acted_at IS NULL OR buyer_acted_at < :as_of_end
      ) AS buyer_acted_at_counts,
      COALESCE(recorded_at, answered_at, CAST('1900-01-01 00:00:00' AS TIMESTAMP)) <= :known_at
      AND (
        answered_at IS NULL OR answered_at < :as_of_end
      ) AS answered_at_counts,
      COALESCE(recorded_at, escalated_at, CAST('1900-01-01 00:00:00' AS TIMESTAMP)) <= :known_at
      AND (
        escalated_at IS NULL OR escalated_at < :as_of_end
      ) AS escalated_at_counts,
      COALESCE(recorded_at, closed_at, CAST('1900-01-01 00:00:00' AS TIMESTAMP)) <= :known_at
      AND (
        closed_at IS NULL OR closed_at < :as_of_end
      ) AS closed_at_counts,
      COALESCE(recorded_at, closed_at, CAST('1900-01-01 00:00:00' AS TIMESTAMP)) <= :known_at
      AND (
        closed_at IS NULL OR closed_at < :as_of_end
      ) AS close_reason_counts,
      COALESCE(recorded_at, closed_at, CAST('1900-01-01 00:00:00' AS TIMESTAMP)) <= :known_at
      AND (
        closed_at IS NULL OR closed_at < :as_of_end
      ) AS liable_counts,
      COALESCE(recorded_at, opened_at, CAST('1900-01-01 00:00:00' AS TIMESTAMP)) <= :known_at
      AND (
        opened_at IS NULL OR opened_at < :as_of_end
      ) AS has_return_counts
    FROM disputes
    WHERE
      dispute_id IN (
        SELECT
          dispute_id
        FROM disputes_revised
      )
  ) AS received
  LEFT JOIN (
    SELECT
      dispute_id,
      MAX(CASE WHEN column_name IN ('*', 'order_id') THEN retracted_at END) AS back_0,
      MAX(CASE WHEN column_name IN ('*', 'first_reason') THEN retracted_at END) AS back_1,
      MAX(CASE WHEN column_name IN ('*', 'reason') THEN retracted_at END) AS back_2,
      MAX(CASE WHEN column_name IN ('*', 'opened_at') THEN retracted_at END) AS back_3,
      MAX(CASE WHEN column_name IN ('*', 'buyer_acted_at') THEN retracted_at END) AS back_4,
      MAX(CASE WHEN column_name IN ('*', 'answered_at') THEN retracted_at END) AS back_5,
      MAX(CASE WHEN column_name IN ('*', 'escalated_at') THEN retracted_at END) AS back_6,
      MAX(CASE WHEN column_name IN ('*', 'closed_at') THEN retracted_at END) AS back_7,
      MAX(CASE WHEN column_name IN ('*', 'close_reason') THEN retracted_at END) AS back_8,
      MAX(CASE WHEN column_name IN ('*', 'liable') THEN retracted_at END) AS back_9,
      MAX(CASE WHEN column_name IN ('*', 'has_return') THEN retracted_at END) AS back_10
    FROM disputes_retracted
    WHERE
      retracted_at <= :corrected_at
    GROUP BY
      dispute_id
  ) AS taken_back
    ON received.dispute_id = taken_back.dispute_id
),
-- when each of their values was last said
newest_disputes as (
  SELECT
    dispute_id,
    MAX(CASE WHEN NOT order_no IS NULL THEN order_no_said_at END) AS newest_0,
    MAX(CASE WHEN NOT first_reason IS NULL THEN first_reason_said_at END) AS newest_1,
    MAX(CASE WHEN NOT reason IS NULL THEN reason_said_at END) AS newest_2,
    MAX(CASE WHEN NOT opened_at IS NULL THEN opened_at_said_at END) AS newest_3,
    MAX(CASE WHEN NOT buyer_acted_at IS NULL THEN buyer_acted_at_said_at END) AS newest_4,
    MAX(CASE WHEN NOT answered_at IS NULL THEN answered_at_said_at END) AS newest_5,
    MAX(CASE WHEN NOT escalated_at IS NULL THEN escalated_at_said_at END) AS newest_6,
    MAX(CASE WHEN NOT closed_at IS NULL THEN closed_at_said_at END) AS newest_7,
    MAX(CASE WHEN NOT close_reason IS NULL THEN close_reason_said_at END) AS newest_8,
    MAX(CASE WHEN NOT liable IS NULL THEN liable_said_at END) AS newest_9,
    MAX(CASE WHEN NOT has_return IS NULL THEN has_return_said_at END) AS newest_10
  FROM several_disputes
  GROUP BY
    dispute_id
),
-- the value last said, column by column
merged_disputes as (
  SELECT
    several_disputes.dispute_id,
    MAX(
      CASE
        WHEN several_disputes.order_no_said_at = newest_disputes.newest_0
        THEN several_disputes.order_no
      END
    ) AS order_no,
    MAX(
      CASE
        WHEN several_disputes.first_reason_said_at = newest_disputes.newest_1
        THEN several_disputes.first_reason
      END
    ) AS first_reason,
    MAX(
      CASE
        WHEN several_disputes.reason_said_at = newest_disputes.newest_2
        THEN several_disputes.reason
      END
    ) AS reason,
    MAX(
      CASE
        WHEN several_disputes.opened_at_said_at = newest_disputes.newest_3
        THEN several_disputes.opened_at
      END
    ) AS opened_at,
    MAX(
      CASE
        WHEN several_disputes.buyer_acted_at_said_at = newest_disputes.newest_4
        THEN several_disputes.buyer_acted_at
      END
    ) AS buyer_acted_at,
    MAX(
      CASE
        WHEN several_disputes.answered_at_said_at = newest_disputes.newest_5
        THEN several_disputes.answered_at
      END
    ) AS answered_at,
    MAX(
      CASE
        WHEN several_disputes.escalated_at_said_at = newest_disputes.newest_6
        THEN several_disputes.escalated_at
      END
    ) AS escalated_at,
    MAX(
      CASE
        WHEN several_disputes.closed_at_said_at = newest_disputes.newest_7
        THEN several_disputes.closed_at
      END
    ) AS closed_at,
    MAX(
      CASE
        WHEN several_disputes.close_reason_said_at = newest_disputes.newest_8
        THEN several_disputes.close_reason
      END
    ) AS close_reason,
    MAX(
      CASE
        WHEN several_disputes.liable_said_at = newest_disputes.newest_9
        THEN several_disputes.liable
      END
    ) AS liable,
    MAX(
      CASE
        WHEN several_disputes.has_return_said_at = newest_disputes.newest_10
        THEN CAST(several_disputes.has_return AS INT)
      END
    ) = 1 AS has_return
  FROM several_disputes
  JOIN newest_disputes
    ON several_disputes.dispute_id = newest_disputes.dispute_id
  GROUP BY
    several_disputes.dispute_id
),
-- disputes as known at $known_at for the day that ends at $as_of_end
known_disputes as (
  SELECT
    dispute_id,
    CASE
      WHEN COALESCE(recorded_at, opened_at, CAST('1900-01-01 00:00:00' AS TIMESTAMP)) <= :known_at
      AND (
        opened_at IS NULL OR opened_at < :as_of_end
      )
      THEN order_no
    END AS order_no,
    CASE
      WHEN COALESCE(recorded_at, opened_at, CAST('1900-01-01 00:00:00' AS TIMESTAMP)) <= :known_at
      AND (
        opened_at IS NULL OR opened_at < :as_of_end
      )
      THEN first_reason
    END AS first_reason,
    CASE
      WHEN COALESCE(recorded_at, opened_at, CAST('1900-01-01 00:00:00' AS TIMESTAMP)) <= :known_at
      AND (
        opened_at IS NULL OR opened_at < :as_of_end
      )
      THEN reason
    END AS reason,
    CASE
      WHEN COALESCE(recorded_at, opened_at, CAST('1900-01-01 00:00:00' AS TIMESTAMP)) <= :known_at
      AND (
        opened_at IS NULL OR opened_at < :as_of_end
      )
      THEN opened_at
    END AS opened_at,
    CASE
      WHEN COALESCE(recorded_at, buyer_acted_at, CAST('1900-01-01 00:00:00' AS TIMESTAMP)) <= :known_at
      AND (
        buyer_acted_at IS NULL OR buyer_acted_at < :as_of_end
      )
      THEN buyer_acted_at
    END AS buyer_acted_at,
    CASE
      WHEN COALESCE(recorded_at, answered_at, CAST('1900-01-01 00:00:00' AS TIMESTAMP)) <= :known_at
      AND (
        answered_at IS NULL OR answered_at < :as_of_end
      )
      THEN answered_at
    END AS answered_at,
    CASE
      WHEN COALESCE(recorded_at, escalated_at, CAST('1900-01-01 00:00:00' AS TIMESTAMP)) <= :known_at
      AND (
        escalated_at IS NULL OR escalated_at < :as_of_end
      )
      THEN escalated_at
    END AS escalated_at,
    CASE
      WHEN COALESCE(recorded_at, closed_at, CAST('1900-01-01 00:00:00' AS TIMESTAMP)) <= :known_at
      AND (
        closed_at IS NULL OR closed_at < :as_of_end
      )
      THEN closed_at
    END AS closed_at,
    CASE
      WHEN COALESCE(recorded_at, closed_at, CAST('1900-01-01 00:00:00' AS TIMESTAMP)) <= :known_at
      AND (
        closed_at IS NULL OR closed_at < :as_of_end
      )
      THEN close_reason
    END AS close_reason,
    CASE
      WHEN COALESCE(recorded_at, closed_at, CAST('1900-01-01 00:00:00' AS TIMESTAMP)) <= :known_at
      AND (
        closed_at IS NULL OR closed_at < :as_of_end
      )
      THEN liable
    END AS liable,
    CASE
      WHEN COALESCE(recorded_at, opened_at, CAST('1900-01-01 00:00:00' AS TIMESTAMP)) <= :known_at
      AND (
        opened_at IS NULL OR opened_at < :as_of_end
      )
      THEN has_return
    END AS has_return
  FROM disputes
  WHERE
    NOT dispute_id IN (
      SELECT
        dispute_id
      FROM disputes_revised
    )
  UNION ALL
  SELECT
    dispute_id,
    order_no,
    first_reason,
    reason,
    opened_at,
    buyer_acted_at,
    answered_at,
    escalated_at,
    closed_at,
    close_reason,
    liable,
    has_return
  FROM merged_disputes
),
-- of each rating that was taken away, or does not count: its latest version that was; none before it counts
removals as (
  SELECT
    feedback_id,
    order_no,
    MAX(given_at) AS given_at
  FROM ever_feedback
  WHERE
    NOT removed_at IS NULL
  GROUP BY
    feedback_id,
    order_no
),
-- buyers' reviews that carry stars and stand; one of what was bought together counts for each order
reviews as (
  SELECT
    feedback.order_no,
    feedback.feedback_id,
    feedback.given_at,
    feedback.stars,
    feedback.description_stars,
    feedback.communication_stars,
    feedback.logistics_stars
  FROM known_feedback AS feedback
  WHERE
    feedback.removed_at IS NULL
    AND NOT EXISTS(
      SELECT
        1
      FROM removals
      WHERE
        removals.feedback_id = feedback.feedback_id
        AND removals.order_no = feedback.order_no
        AND removals.given_at >= feedback.given_at
    )
    AND COALESCE(feedback.given_by, 'buyer') = 'buyer'
    AND NOT COALESCE(
      feedback.stars,
      feedback.description_stars,
      feedback.communication_stars,
      feedback.logistics_stars
    ) IS NULL
  UNION ALL
  SELECT
    orders.order_no,
    feedback.feedback_id,
    feedback.given_at,
    feedback.stars,
    feedback.description_stars,
    feedback.communication_stars,
    feedback.logistics_stars
  FROM known_feedback AS feedback
  JOIN known_orders AS orders
    ON orders.parent_order_no = feedback.order_no
    AND orders.order_no <> feedback.order_no
  WHERE
    feedback.removed_at IS NULL
    AND NOT EXISTS(
      SELECT
        1
      FROM removals
      WHERE
        removals.feedback_id = feedback.feedback_id
        AND removals.order_no = feedback.order_no
        AND removals.given_at >= feedback.given_at
    )
    AND COALESCE(feedback.given_by, 'buyer') = 'buyer'
    AND NOT COALESCE(
      feedback.stars,
      feedback.description_stars,
      feedback.communication_stars,
      feedback.logistics_stars
    ) IS NULL
),
-- how many reviews each order has, and what they say where there is but one
reviews_counted as (
  SELECT
    order_no,
    COUNT(*) AS reviews_n,
    MAX(given_at) AS given_at,
    MAX(stars) AS stars,
    MAX(description_stars) AS description_stars,
    MAX(communication_stars) AS communication_stars,
    MAX(logistics_stars) AS logistics_stars
  FROM reviews
  GROUP BY
    order_no
),
-- of several reviews of one order the latest
order_feedback as (
  SELECT
    order_no,
    given_at,
    stars,
    description_stars,
    communication_stars,
    logistics_stars
  FROM reviews_counted
  WHERE
    reviews_n = 1
  UNION ALL
  SELECT
    order_no,
    given_at,
    stars,
    description_stars,
    communication_stars,
    logistics_stars
  FROM (
    SELECT
      order_no,
      given_at,
      stars,
      description_stars,
      communication_stars,
      logistics_stars,
      ROW_NUMBER() OVER (PARTITION BY order_no ORDER BY given_at DESC, feedback_id DESC) AS place
    FROM reviews
    WHERE
      order_no IN (
        SELECT
          order_no
        FROM reviews_counted
        WHERE
          reviews_n > 1
      )
  ) AS ranked
  WHERE
    place = 1
),
-- each dispute with the instant at which its five times 24 hours are over
disputes_clocked as (
  SELECT
    dispute_id,
    order_no,
    first_reason,
    reason,
    opened_at,
    acted_at,
    answered_at,
    escalated_at,
    closed_at,
    close_reason,
    liable,
    has_return,
    acted_at + INTERVAL '120' HOUR AS answer_by
  FROM (
    SELECT
      dispute_id,
      order_no,
      first_reason,
      reason,
      opened_at,
      CASE
        WHEN opened_at IS NULL OR buyer_acted_at > opened_at
        THEN buyer_acted_at
        ELSE opened_at
      END AS acted_at,
      answered_at,
      escalated_at,
      closed_at,
      close_reason,
      liable,
      has_return
    FROM known_disputes
  ) AS started
),
-- a dispute is unanswered when those hours passed without an answer, open or closed by then
disputes_judged as (
  SELECT
    dispute_id,
    order_no,
    first_reason,
    reason,
    opened_at,
    acted_at,
    CASE
      WHEN answer_by < :as_of_end
      AND NOT COALESCE(answered_at >= acted_at AND answered_at <= answer_by, FALSE)
      AND (
        closed_at IS NULL
        OR closed_at >= answer_by
        OR COALESCE(close_reason, '') = 'unanswered'
      )
      THEN answer_by
    END AS unanswered_at,
    escalated_at,
    closed_at,
    close_reason,
    liable,
    has_return,
    ROW_NUMBER() OVER (PARTITION BY order_no ORDER BY opened_at DESC, dispute_id DESC) AS opened_place,
    ROW_NUMBER() OVER (PARTITION BY order_no ORDER BY closed_at DESC, dispute_id DESC) AS closed_place
  FROM disputes_clocked
),
-- all disputes of one order: the latest of each event, the reason, how the latest that ended did
order_disputes as (
  SELECT
    order_no,
    MAX(opened_at) AS opened_at,
    MAX(acted_at) AS acted_at,
    MAX(unanswered_at) AS unanswered_at,
    MAX(escalated_at) AS escalated_at,
    MAX(closed_at) AS closed_at,
    MAX(CASE WHEN NOT escalated_at IS NULL THEN closed_at END) AS arbitration_ended_at,
    MAX(CASE WHEN close_reason = 'unanswered' THEN closed_at END) AS lapsed_at,
    MAX(CASE WHEN NOT escalated_at IS NULL AND liable = 'seller' THEN closed_at END) AS lost_at,
    MAX(CASE WHEN opened_place = 1 THEN reason END) AS reason,
    MAX(CASE WHEN opened_place = 1 THEN COALESCE(first_reason, reason) END) AS first_reason,
    MAX(CASE WHEN opened_place = 1 AND has_return THEN 1 ELSE 0 END) AS is_return,
    MAX(CASE WHEN closed_place = 1 AND NOT closed_at IS NULL THEN close_reason END) AS close_reason,
    MAX(CASE WHEN closed_place = 1 AND NOT closed_at IS NULL THEN liable END) AS liable
  FROM disputes_judged
  GROUP BY
    order_no
),
-- one row per order: all that is known of it, as days, flags and small numbers
order_rows as (
  SELECT
    orders.order_no AS order_id,
    orders.seller_no AS seller_id,
    orders.buyer_no AS buyer_id,
    CAST(CASE
      WHEN orders.paid_at < CAST('2018-03-25 01:00:00' AS TIMESTAMP)
      THEN orders.paid_at + INTERVAL '3600' SECOND
      ELSE CASE
        WHEN orders.paid_at < CAST('2018-10-28 01:00:00' AS TIMESTAMP)
        THEN orders.paid_at + INTERVAL '7200' SECOND
        ELSE orders.paid_at + INTERVAL '3600' SECOND
      END
    END AS DATE) AS paid_on,
    NOT orders.paid_at IS NULL AS is_paid,
    CAST(CASE
      WHEN orders.ship_by < CAST('2018-03-25 01:00:00' AS TIMESTAMP)
      THEN orders.ship_by + INTERVAL '3600' SECOND
      ELSE CASE
        WHEN orders.ship_by < CAST('2018-10-28 01:00:00' AS TIMESTAMP)
        THEN orders.ship_by + INTERVAL '7200' SECOND
        ELSE orders.ship_by + INTERVAL '3600' SECOND
      END
    END AS DATE) AS ship_by_on,
    CAST(CASE
      WHEN orders.shipped_at < CAST('2018-03-25 01:00:00' AS TIMESTAMP)
      THEN orders.shipped_at + INTERVAL '3600' SECOND
      ELSE CASE
        WHEN orders.shipped_at < CAST('2018-10-28 01:00:00' AS TIMESTAMP)
        THEN orders.shipped_at + INTERVAL '7200' SECOND
        ELSE orders.shipped_at + INTERVAL '3600' SECOND
      END
    END AS DATE) AS shipped_on,
    COALESCE(orders.shipped_at > orders.ship_by, FALSE) AS is_shipped_late,
    CASE
      WHEN orders.ship_by < :as_of_end
      AND NOT COALESCE(orders.shipped_at <= orders.ship_by, FALSE)
      AND NOT COALESCE(orders.delivered_at <= orders.ship_by, FALSE)
      AND NOT COALESCE(orders.cancelled_at <= orders.ship_by, FALSE)
      THEN CAST(CASE
        WHEN orders.ship_by < CAST('2018-03-25 01:00:00' AS TIMESTAMP)
        THEN orders.ship_by + INTERVAL '3600' SECOND
        ELSE CASE
          WHEN orders.ship_by < CAST('2018-10-28 01:00:00' AS TIMESTAMP)
          THEN orders.ship_by + INTERVAL '7200' SECOND
          ELSE orders.ship_by + INTERVAL '3600' SECOND
        END
      END AS DATE)
    END AS unshipped_on,
    CAST(CASE
      WHEN orders.delivered_at < CAST('2018-03-25 01:00:00' AS TIMESTAMP)
      THEN orders.delivered_at + INTERVAL '3600' SECOND
      ELSE CASE
        WHEN orders.delivered_at < CAST('2018-10-28 01:00:00' AS TIMESTAMP)
        THEN orders.delivered_at + INTERVAL '7200' SECOND
        ELSE orders.delivered_at + INTERVAL '3600' SECOND
      END
    END AS DATE) AS delivered_on,
    CAST(CASE
      WHEN orders.closed_at < CAST('2018-03-25 01:00:00' AS TIMESTAMP)
      THEN orders.closed_at + INTERVAL '3600' SECOND
      ELSE CASE
        WHEN orders.closed_at < CAST('2018-10-28 01:00:00' AS TIMESTAMP)
        THEN orders.closed_at + INTERVAL '7200' SECOND
        ELSE orders.closed_at + INTERVAL '3600' SECOND
      END
    END AS DATE) AS closed_on,
    CAST(CASE
      WHEN orders.cancelled_at < CAST('2018-03-25 01:00:00' AS TIMESTAMP)
      THEN orders.cancelled_at + INTERVAL '3600' SECOND
      ELSE CASE
        WHEN orders.cancelled_at < CAST('2018-10-28 01:00:00' AS TIMESTAMP)
        THEN orders.cancelled_at + INTERVAL '7200' SECOND
        ELSE orders.cancelled_at + INTERVAL '3600' SECOND
      END
    END AS DATE) AS cancelled_on,
    CAST(CASE CASE
        WHEN NOT orders.cancelled_at IS NULL
        THEN COALESCE(orders.cancelled_by, 'unknown')
      END
      WHEN 'buyer'
      THEN 1
      WHEN 'seller'
      THEN 2
      WHEN 'platform'
      THEN 3
      WHEN 'unknown'
      THEN 4
    END AS SMALLINT) AS cancelled_by,
    CAST(CASE
      WHEN reviews.given_at < CAST('2018-03-25 01:00:00' AS TIMESTAMP)
      THEN reviews.given_at + INTERVAL '3600' SECOND
      ELSE CASE
        WHEN reviews.given_at < CAST('2018-10-28 01:00:00' AS TIMESTAMP)
        THEN reviews.given_at + INTERVAL '7200' SECOND
        ELSE reviews.given_at + INTERVAL '3600' SECOND
      END
    END AS DATE) AS feedback_on,
    reviews.stars AS stars,
    reviews.description_stars AS description_stars,
    reviews.communication_stars AS communication_stars,
    reviews.logistics_stars AS logistics_stars,
    CAST(CASE
      WHEN disputes.opened_at < CAST('2018-03-25 01:00:00' AS TIMESTAMP)
      THEN disputes.opened_at + INTERVAL '3600' SECOND
      ELSE CASE
        WHEN disputes.opened_at < CAST('2018-10-28 01:00:00' AS TIMESTAMP)
        THEN disputes.opened_at + INTERVAL '7200' SECOND
        ELSE disputes.opened_at + INTERVAL '3600' SECOND
      END
    END AS DATE) AS dispute_opened_on,
    CAST(CASE
      WHEN disputes.acted_at < CAST('2018-03-25 01:00:00' AS TIMESTAMP)
      THEN disputes.acted_at + INTERVAL '3600' SECOND
      ELSE CASE
        WHEN disputes.acted_at < CAST('2018-10-28 01:00:00' AS TIMESTAMP)
        THEN disputes.acted_at + INTERVAL '7200' SECOND
        ELSE disputes.acted_at + INTERVAL '3600' SECOND
      END
    END AS DATE) AS dispute_acted_on,
    CAST(CASE
      WHEN disputes.unanswered_at < CAST('2018-03-25 01:00:00' AS TIMESTAMP)
      THEN disputes.unanswered_at + INTERVAL '3600' SECOND
      ELSE CASE
        WHEN disputes.unanswered_at < CAST('2018-10-28 01:00:00' AS TIMESTAMP)
        THEN disputes.unanswered_at + INTERVAL '7200' SECOND
        ELSE disputes.unanswered_at + INTERVAL '3600' SECOND
      END
    END AS DATE) AS dispute_unanswered_on,
    CAST(CASE
      WHEN disputes.escalated_at < CAST('2018-03-25 01:00:00' AS TIMESTAMP)
      THEN disputes.escalated_at + INTERVAL '3600' SECOND
      ELSE CASE
        WHEN disputes.escalated_at < CAST('2018-10-28 01:00:00' AS TIMESTAMP)
        THEN disputes.escalated_at + INTERVAL '7200' SECOND
        ELSE disputes.escalated_at + INTERVAL '3600' SECOND
      END
    END AS DATE) AS dispute_escalated_on,
    CAST(CASE
      WHEN disputes.arbitration_ended_at < CAST('2018-03-25 01:00:00' AS TIMESTAMP)
      THEN disputes.arbitration_ended_at + INTERVAL '3600' SECOND
      ELSE CASE
        WHEN disputes.arbitration_ended_at < CAST('2018-10-28 01:00:00' AS TIMESTAMP)
        THEN disputes.arbitration_ended_at + INTERVAL '7200' SECOND
        ELSE disputes.arbitration_ended_at + INTERVAL '3600' SECOND
      END
    END AS DATE) AS arbitration_ended_on
  FROM known_orders AS orders
  LEFT JOIN order_feedback AS reviews
    ON reviews.order_no = orders.order_no
  LEFT JOIN order_disputes AS disputes
    ON disputes.order_no = orders.order_no
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
-- every seller that there was by the as-of day
subjects as (
  SELECT
    seller_no AS subject_no
  FROM (
    SELECT
      seller_no
    FROM sellers
    WHERE
      COALESCE(recorded_at, sellers.opened_at, CAST('1900-01-01 00:00:00' AS TIMESTAMP)) <= :known_at
      AND (
        sellers.opened_at IS NULL OR sellers.opened_at < :as_of_end
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
          AND sellers_retracted.retracted_at <= :corrected_at
          AND sellers_retracted.retracted_at >= COALESCE(recorded_at, sellers.opened_at, CAST('1900-01-01 00:00:00' AS TIMESTAMP))
      )
    UNION
    SELECT
      seller_id AS seller_no
    FROM order_rows
    WHERE
      NOT seller_id IS NULL
  ) AS named
),
-- rows with a day in a window: no other can count
touching_orders as (
  SELECT
    order_id,
    seller_id,
    paid_on,
    is_paid,
    ship_by_on,
    shipped_on,
    is_shipped_late,
    unshipped_on,
    delivered_on,
    closed_on,
    cancelled_on,
    cancelled_by,
    feedback_on,
    stars,
    description_stars,
    communication_stars,
    logistics_stars,
    dispute_opened_on,
    dispute_acted_on,
    dispute_unanswered_on,
    dispute_escalated_on,
    arbitration_ended_on
  FROM order_rows
  WHERE
    (
      ship_by_on >= CAST(:first_of_90 AS DATE) AND ship_by_on <= CAST(:as_of AS DATE)
    )
    OR (
      cancelled_on >= CAST(:first_of_90 AS DATE)
      AND cancelled_on <= CAST(:as_of AS DATE)
    )
    OR (
      shipped_on >= CAST(:first_of_90 AS DATE) AND shipped_on <= CAST(:as_of AS DATE)
    )
    OR (
      closed_on >= CAST(:first_of_90 AS DATE) AND closed_on <= CAST(:as_of AS DATE)
    )
    OR (
      dispute_opened_on >= CAST(:first_of_90 AS DATE)
      AND dispute_opened_on <= CAST(:as_of AS DATE)
    )
    OR (
      dispute_acted_on >= CAST(:first_of_90 AS DATE)
      AND dispute_acted_on <= CAST(:as_of AS DATE)
    )
    OR (
      dispute_escalated_on >= CAST(:first_of_90 AS DATE)
      AND dispute_escalated_on <= CAST(:as_of AS DATE)
    )
    OR (
      arbitration_ended_on >= CAST(:first_of_90 AS DATE)
      AND arbitration_ended_on <= CAST(:as_of AS DATE)
    )
    OR (
      feedback_on >= CAST(:first_of_90 AS DATE) AND feedback_on <= CAST(:as_of AS DATE)
    )
    OR (
      closed_on >= CAST(:first_of_90_less_30 AS DATE)
      AND closed_on <= CAST(:as_of_less_30 AS DATE)
    )
),
-- rows as seen on the as-of day: what lies ahead is hidden
seen_orders as (
  SELECT
    order_id AS order_id,
    seller_id AS seller_id,
    CASE WHEN paid_on > CAST(:as_of AS DATE) THEN NULL ELSE paid_on END AS paid_on,
    is_paid AND NOT COALESCE(paid_on > CAST(:as_of AS DATE), FALSE) AS is_paid,
    CASE WHEN ship_by_on > CAST(:as_of AS DATE) THEN NULL ELSE ship_by_on END AS ship_by_on,
    CASE WHEN shipped_on > CAST(:as_of AS DATE) THEN NULL ELSE shipped_on END AS shipped_on,
    is_shipped_late AND NOT COALESCE(shipped_on > CAST(:as_of AS DATE), FALSE) AS is_shipped_late,
    CASE WHEN unshipped_on > CAST(:as_of AS DATE) THEN NULL ELSE unshipped_on END AS unshipped_on,
    CASE WHEN delivered_on > CAST(:as_of AS DATE) THEN NULL ELSE delivered_on END AS delivered_on,
    CASE WHEN closed_on > CAST(:as_of AS DATE) THEN NULL ELSE closed_on END AS closed_on,
    CASE WHEN cancelled_on > CAST(:as_of AS DATE) THEN NULL ELSE cancelled_on END AS cancelled_on,
    CASE WHEN cancelled_on > CAST(:as_of AS DATE) THEN NULL ELSE cancelled_by END AS cancelled_by,
    CASE WHEN feedback_on > CAST(:as_of AS DATE) THEN NULL ELSE feedback_on END AS feedback_on,
    CASE WHEN feedback_on > CAST(:as_of AS DATE) THEN NULL ELSE stars END AS stars,
    CASE WHEN feedback_on > CAST(:as_of AS DATE) THEN NULL ELSE description_stars END AS description_stars,
    CASE WHEN feedback_on > CAST(:as_of AS DATE) THEN NULL ELSE communication_stars END AS communication_stars,
    CASE WHEN feedback_on > CAST(:as_of AS DATE) THEN NULL ELSE logistics_stars END AS logistics_stars,
    CASE
      WHEN dispute_opened_on > CAST(:as_of AS DATE)
      THEN NULL
      ELSE dispute_opened_on
    END AS dispute_opened_on,
    CASE
      WHEN dispute_acted_on > CAST(:as_of AS DATE)
      THEN NULL
      ELSE dispute_acted_on
    END AS dispute_acted_on,
    CASE
      WHEN dispute_unanswered_on > CAST(:as_of AS DATE)
      THEN NULL
      ELSE dispute_unanswered_on
    END AS dispute_unanswered_on,
    CASE
      WHEN dispute_escalated_on > CAST(:as_of AS DATE)
      THEN NULL
      ELSE dispute_escalated_on
    END AS dispute_escalated_on,
    CASE
      WHEN arbitration_ended_on > CAST(:as_of AS DATE)
      THEN NULL
      ELSE arbitration_ended_on
    END AS arbitration_ended_on
  FROM touching_orders
),
-- the rows of account: orders
rows_orders as (
  SELECT
    order_id,
    seller_id,
    paid_on,
    is_paid,
    ship_by_on,
    shipped_on,
    is_shipped_late,
    unshipped_on,
    delivered_on,
    closed_on,
    cancelled_on,
    cancelled_by,
    feedback_on,
    stars,
    description_stars,
    communication_stars,
    logistics_stars,
    dispute_opened_on,
    dispute_acted_on,
    dispute_unanswered_on,
    dispute_escalated_on,
    arbitration_ended_on
  FROM seen_orders
),
-- each condition of each measure, as a flag on the row
flagged_orders as (
  SELECT
    order_id,
    seller_id,
    paid_on,
    is_paid,
    ship_by_on,
    shipped_on,
    is_shipped_late,
    unshipped_on,
    delivered_on,
    closed_on,
    cancelled_on,
    cancelled_by,
    feedback_on,
    stars,
    description_stars,
    communication_stars,
    logistics_stars,
    dispute_opened_on,
    dispute_acted_on,
    dispute_unanswered_on,
    dispute_escalated_on,
    arbitration_ended_on,
    COALESCE(
      ship_by_on >= CAST(:first_of_90 AS DATE) AND ship_by_on <= CAST(:as_of AS DATE),
      FALSE
    ) AS assessed__ship_deadline_passed,
    COALESCE(
      cancelled_by = 2
      AND (
        cancelled_on >= CAST(:first_of_90 AS DATE)
        AND cancelled_on <= CAST(:as_of AS DATE)
      ),
      FALSE
    ) AS assessed__cancelled_by_seller,
    COALESCE(
      shipped_on >= CAST(:first_of_90 AS DATE) AND shipped_on <= CAST(:as_of AS DATE),
      FALSE
    ) AS assessed__shipped,
    COALESCE(
      closed_on >= CAST(:first_of_90 AS DATE) AND closed_on <= CAST(:as_of AS DATE),
      FALSE
    ) AS assessed__received,
    COALESCE(
      (
        (
          dispute_opened_on >= CAST(:first_of_90 AS DATE)
          AND dispute_opened_on <= CAST(:as_of AS DATE)
        )
        OR (
          dispute_acted_on >= CAST(:first_of_90 AS DATE)
          AND dispute_acted_on <= CAST(:as_of AS DATE)
        )
      ),
      FALSE
    ) AS assessed__disputed,
    COALESCE(
      (
        (
          dispute_escalated_on >= CAST(:first_of_90 AS DATE)
          AND dispute_escalated_on <= CAST(:as_of AS DATE)
        )
        OR (
          arbitration_ended_on >= CAST(:first_of_90 AS DATE)
          AND arbitration_ended_on <= CAST(:as_of AS DATE)
        )
      ),
      FALSE
    ) AS assessed__arbitrated,
    COALESCE(
      feedback_on >= CAST(:first_of_90 AS DATE) AND feedback_on <= CAST(:as_of AS DATE),
      FALSE
    ) AS assessed__reviewed,
    COALESCE(
      feedback_on IS NULL
      AND (
        closed_on >= CAST(:first_of_90_less_30 AS DATE)
        AND closed_on <= CAST(:as_of_less_30 AS DATE)
      ),
      FALSE
    ) AS assessed__review_period_expired,
    COALESCE(
      stars <= 300
      AND (
        feedback_on >= CAST(:first_of_90 AS DATE) AND feedback_on <= CAST(:as_of AS DATE)
      ),
      FALSE
    ) AS bad__low_review,
    COALESCE(
      description_stars <= 300
      AND (
        feedback_on >= CAST(:first_of_90 AS DATE) AND feedback_on <= CAST(:as_of AS DATE)
      ),
      FALSE
    ) AS bad__low_description,
    COALESCE(
      communication_stars <= 300
      AND (
        feedback_on >= CAST(:first_of_90 AS DATE) AND feedback_on <= CAST(:as_of AS DATE)
      ),
      FALSE
    ) AS bad__low_communication,
    COALESCE(
      logistics_stars <= 300
      AND (
        feedback_on >= CAST(:first_of_90 AS DATE) AND feedback_on <= CAST(:as_of AS DATE)
      ),
      FALSE
    ) AS bad__low_logistics,
    COALESCE(
      is_paid
      AND (
        (
          cancelled_by = 2
          AND (
            cancelled_on >= CAST(:first_of_90 AS DATE)
            AND cancelled_on <= CAST(:as_of AS DATE)
          )
        )
        OR (
          shipped_on IS NULL
          AND delivered_on IS NULL
          AND (
            cancelled_on IS NULL OR cancelled_by = 3
          )
          AND (
            unshipped_on >= CAST(:first_of_90 AS DATE)
            AND unshipped_on <= CAST(:as_of AS DATE)
          )
        )
      ),
      FALSE
    ) AS bad__unsold,
    COALESCE(
      dispute_escalated_on >= CAST(:first_of_90 AS DATE)
      AND dispute_escalated_on <= CAST(:as_of AS DATE),
      FALSE
    ) AS bad__arbitration_raised,
    COALESCE(
      dispute_unanswered_on >= CAST(:first_of_90 AS DATE)
      AND dispute_unanswered_on <= CAST(:as_of AS DATE),
      FALSE
    ) AS bad__dispute_unanswered,
    COALESCE(
      is_shipped_late
      AND (
        shipped_on >= CAST(:first_of_90 AS DATE) AND shipped_on <= CAST(:as_of AS DATE)
      ),
      FALSE
    ) AS shipped_late__when
  FROM rows_orders
),
-- which measures each row meets
measured_orders as (
  SELECT
    *,
    (
      assessed__ship_deadline_passed
      OR assessed__cancelled_by_seller
      OR assessed__shipped
      OR assessed__received
      OR assessed__disputed
      OR assessed__arbitrated
      OR assessed__reviewed
      OR assessed__review_period_expired
    ) AS assessed__met,
    (
      (
        assessed__ship_deadline_passed
        OR assessed__cancelled_by_seller
        OR assessed__shipped
        OR assessed__received
        OR assessed__disputed
        OR assessed__arbitrated
        OR assessed__reviewed
        OR assessed__review_period_expired
      )
    )
    AND (
      bad__low_review
      OR bad__low_description
      OR bad__low_communication
      OR bad__low_logistics
      OR bad__unsold
      OR bad__arbitration_raised
      OR bad__dispute_unanswered
    ) AS bad__met,
    shipped_late__when AS shipped_late__met
  FROM flagged_orders
),
-- per seller: how many rows meet each measure
counted_orders as (
  SELECT
    seller_id AS subject_no,
    CAST(COUNT(CASE WHEN assessed__met THEN 1 END) AS BIGINT) AS assessed,
    CAST(COUNT(CASE WHEN bad__met THEN 1 END) AS BIGINT) AS bad,
    CAST(COUNT(CASE WHEN shipped_late__met THEN 1 END) AS BIGINT) AS shipped_late,
    CAST(COUNT(CASE WHEN assessed__met OR bad__met OR shipped_late__met THEN 1 END) AS BIGINT) AS orders__counted
  FROM measured_orders
  GROUP BY
    seller_id
),
-- every subject with its counts; nothing counted is 0
measured as (
  SELECT
    subjects.subject_no,
    CAST(COALESCE(counted_orders.assessed, 0) AS BIGINT) AS assessed,
    CAST(COALESCE(counted_orders.bad, 0) AS BIGINT) AS bad,
    CAST(COALESCE(counted_orders.shipped_late, 0) AS BIGINT) AS shipped_late,
    CAST(COALESCE(counted_orders.orders__counted, 0) AS BIGINT) AS orders__counted
  FROM subjects
  LEFT JOIN counted_orders
    ON counted_orders.subject_no = subjects.subject_no
),
-- indicators as pairs of whole numbers, and whether each is assessed
indicated as (
  SELECT
    *,
    bad AS bad_experience_rate__numerator,
    assessed AS bad_experience_rate__denominator,
    assessed > 0 AS bad_experience_rate__is_assessed,
    shipped_late AS late_shipments__numerator,
    TRUE AS late_shipments__is_assessed
  FROM measured
),
-- each limit of each grade, and where it counts as met untested
limited as (
  SELECT
    *,
    COALESCE(
      CASE
        WHEN NOT bad_experience_rate__is_assessed
        THEN FALSE
        ELSE (
          bad_experience_rate__numerator
        ) * 200 < (
          7
        ) * bad_experience_rate__denominator
      END,
      FALSE
    ) AS limit__0_0,
    FALSE AS guarded__0_0,
    COALESCE(
      CASE
        WHEN NOT bad_experience_rate__is_assessed
        THEN FALSE
        ELSE (
          bad_experience_rate__numerator
        ) * 50 < (
          3
        ) * bad_experience_rate__denominator
      END,
      FALSE
    ) AS limit__1_0,
    FALSE AS guarded__1_0,
    COALESCE(
      CASE
        WHEN NOT bad_experience_rate__is_assessed
        THEN FALSE
        ELSE (
          bad_experience_rate__numerator
        ) * 25 < (
          3
        ) * bad_experience_rate__denominator
      END,
      FALSE
    ) AS limit__2_0,
    FALSE AS guarded__2_0
  FROM indicated
),
-- why there is no grade, and the first grade whose limits all hold
graded as (
  SELECT
    *,
    CAST(CASE
      WHEN assessed < 1
      THEN 'no_assessed_order'
      WHEN NOT bad_experience_rate__is_assessed
      THEN 'bad_experience_rate_not_assessed'
    END AS STRING) AS reason__not_graded,
    CAST(CASE WHEN limit__0_0 THEN 0 WHEN limit__1_0 THEN 1 WHEN limit__2_0 THEN 2 ELSE 3 END AS INT) AS place__reached
  FROM limited
),
-- the grade, and the first limit of the next better one that is missed
results as (
  SELECT
    *,
    CASE WHEN reason__not_graded IS NULL THEN place__reached END AS grade__place,
    CAST(CASE
      WHEN reason__not_graded IS NULL
      THEN CASE
        WHEN place__reached = 1
        THEN CASE WHEN NOT limit__0_0 THEN 0 END
        WHEN place__reached = 2
        THEN CASE WHEN NOT limit__1_0 THEN 0 END
        WHEN place__reached = 3
        THEN CASE WHEN NOT limit__2_0 THEN 0 END
      END
    END AS INT) AS limit__deciding
  FROM graded
)
SELECT
  results.*,
  seller_ids.seller_id AS subject_id
FROM results
JOIN seller_ids
  ON seller_ids.seller_no = results.subject_no
ORDER BY
  subject_id NULLS LAST
