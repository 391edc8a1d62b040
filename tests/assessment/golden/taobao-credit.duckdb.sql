with recursive -- rows with a day in a window: no other can count
touching_ratings as (
  SELECT
    order_id,
    seller_id,
    buyer_id,
    placed_on,
    closed_on,
    feedback_on,
    stars,
    buyer_rated_on,
    buyer_stars,
    line_no,
    listing_id
  FROM line_rows
),
-- rows as seen on the as-of day: what lies ahead is hidden
seen_ratings as (
  SELECT
    order_id AS order_id,
    seller_id AS seller_id,
    buyer_id AS buyer_id,
    CASE WHEN placed_on > CAST($as_of AS DATE) THEN NULL ELSE placed_on END AS placed_on,
    CASE WHEN closed_on > CAST($as_of AS DATE) THEN NULL ELSE closed_on END AS closed_on,
    CASE WHEN feedback_on > CAST($as_of AS DATE) THEN NULL ELSE feedback_on END AS feedback_on,
    CASE WHEN feedback_on > CAST($as_of AS DATE) THEN NULL ELSE stars END AS stars,
    CASE WHEN buyer_rated_on > CAST($as_of AS DATE) THEN NULL ELSE buyer_rated_on END AS buyer_rated_on,
    CASE WHEN buyer_rated_on > CAST($as_of AS DATE) THEN NULL ELSE buyer_stars END AS buyer_stars,
    line_no AS line_no,
    listing_id AS listing_id
  FROM touching_ratings
),
-- the rows of account: ratings
rows_ratings as (
  SELECT
    order_id,
    seller_id,
    buyer_id,
    placed_on,
    closed_on,
    feedback_on,
    stars,
    buyer_rated_on,
    buyer_stars,
    line_no,
    listing_id
  FROM seen_ratings
  WHERE
    (
      NOT stars IS NULL
      OR (
        feedback_on IS NULL
        AND buyer_stars >= 400
        AND CAST(DATE_DIFF('DAY', closed_on, buyer_rated_on) AS BIGINT) <= 15
        AND CAST(DATE_DIFF('DAY', closed_on, CAST($as_of AS DATE)) AS BIGINT) >= 15
      )
    )
),
-- rows alike, numbered from the first on
placed_ratings as materialized (
  SELECT
    *,
    NOT collapsed__2 IS NULL
    AND NOT collapsed__3 IS NULL
    AND NOT collapsed__4 IS NULL
    AND NOT placed_on IS NULL AS collapsed__can_repeat,
    ROW_NUMBER() OVER (
      PARTITION BY collapsed__1, collapsed__2, collapsed__3, collapsed__4, NOT collapsed__2 IS NULL
      AND NOT collapsed__3 IS NULL
      AND NOT collapsed__4 IS NULL
      AND NOT placed_on IS NULL
      ORDER BY placed_on ASC NULLS FIRST, placed_on NULLS FIRST, closed_on NULLS FIRST, feedback_on NULLS FIRST, stars NULLS FIRST, buyer_rated_on NULLS FIRST, buyer_stars NULLS FIRST, order_id NULLS FIRST, line_no NULLS FIRST
    ) AS collapsed__place
  FROM (
    SELECT
      *,
      seller_id AS collapsed__1,
      buyer_id AS collapsed__2,
      listing_id AS collapsed__3,
      CASE
        WHEN NOT stars IS NULL
        THEN CASE
          WHEN stars >= 400
          THEN 1
          WHEN NOT (
            stars >= 400
          )
          THEN CASE WHEN stars = 300 THEN 0 WHEN NOT (
            stars = 300
          ) THEN -(
            1
          ) END
        END
        WHEN NOT (
          NOT stars IS NULL
        )
        THEN 1
      END AS collapsed__4
    FROM rows_ratings
  ) AS alike
),
-- to each row the next one alike that is far enough
spaced_ratings as materialized (
  SELECT
    collapsed__1,
    collapsed__2,
    collapsed__3,
    collapsed__4,
    collapsed__place,
    MIN(collapsed__place) OVER (
      PARTITION BY collapsed__1, collapsed__2, collapsed__3, collapsed__4
      ORDER BY CAST(DATE_DIFF('DAY', CAST('1970-01-01' AS DATE), placed_on) AS BIGINT) NULLS FIRST
      RANGE BETWEEN 14 FOLLOWING AND UNBOUNDED FOLLOWING
    ) AS collapsed__next
  FROM placed_ratings
  WHERE
    collapsed__can_repeat
),
-- from the first of those alike on, each that is far enough from the last
walked_ratings as materialized (
  SELECT
    collapsed__1,
    collapsed__2,
    collapsed__3,
    collapsed__4,
    collapsed__place,
    collapsed__next
  FROM spaced_ratings
  WHERE
    collapsed__place = 1 AND NOT collapsed__next IS NULL
  UNION ALL
  SELECT
    later.collapsed__1,
    later.collapsed__2,
    later.collapsed__3,
    later.collapsed__4,
    later.collapsed__place,
    later.collapsed__next
  FROM walked_ratings AS kept
  JOIN spaced_ratings AS later
    ON later.collapsed__1 = kept.collapsed__1
    AND later.collapsed__2 = kept.collapsed__2
    AND later.collapsed__3 = kept.collapsed__3
    AND later.collapsed__4 = kept.collapsed__4
    AND later.collapsed__place = kept.collapsed__next
),
-- which rows are too near to one that counts
collapsed_ratings as (
  SELECT
    placed.*,
    placed.collapsed__can_repeat
    AND placed.collapsed__place > 1
    AND kept.collapsed__place IS NULL AS collapsed__is_repeat
  FROM placed_ratings AS placed
  LEFT JOIN walked_ratings AS kept
    ON kept.collapsed__1 = placed.collapsed__1
    AND kept.collapsed__2 = placed.collapsed__2
    AND kept.collapsed__3 = placed.collapsed__3
    AND kept.collapsed__4 = placed.collapsed__4
    AND kept.collapsed__place = placed.collapsed__place
),
-- each condition of each measure, as a flag on the row
flagged_ratings as (
  SELECT
    order_id,
    seller_id,
    buyer_id,
    placed_on,
    closed_on,
    feedback_on,
    stars,
    buyer_rated_on,
    buyer_stars,
    line_no,
    listing_id,
    collapsed__is_repeat,
    COALESCE(NOT stars IS NULL, FALSE) AS rated__when,
    COALESCE(stars >= 400, FALSE) AS positive__when,
    COALESCE(stars = 300, FALSE) AS neutral__when,
    COALESCE(stars < 400 AND stars <> 300, FALSE) AS negative__when,
    COALESCE(stars IS NULL, FALSE) AS silent__when,
    CASE
      WHEN NOT stars IS NULL
      THEN CASE
        WHEN stars >= 400
        THEN 1
        WHEN NOT (
          stars >= 400
        )
        THEN CASE WHEN stars = 300 THEN 0 WHEN NOT (
          stars = 300
        ) THEN -(
          1
        ) END
      END
      WHEN NOT (
        NOT stars IS NULL
      )
      THEN 1
    END AS credit__given
  FROM collapsed_ratings
),
-- which measures each row meets
unlimited_ratings as (
  SELECT
    *,
    collapsed__is_repeat
    AND (
      rated__when
      OR (
        (
          rated__when
        ) AND positive__when
      )
      OR (
        (
          rated__when
        ) AND neutral__when
      )
      OR (
        (
          rated__when
        ) AND negative__when
      )
      OR silent__when
      OR TRUE
    ) AS collapsed__would_count,
    NOT collapsed__is_repeat AND (
      rated__when
    ) AS rated__met,
    NOT collapsed__is_repeat AND (
      (
        rated__when
      ) AND positive__when
    ) AS positive__met,
    NOT collapsed__is_repeat AND (
      (
        rated__when
      ) AND neutral__when
    ) AS neutral__met,
    NOT collapsed__is_repeat AND (
      (
        rated__when
      ) AND negative__when
    ) AS negative__met,
    NOT collapsed__is_repeat AND (
      silent__when
    ) AS silent__met,
    NOT collapsed__is_repeat AND (
      TRUE
    ) AS credit__met
  FROM flagged_ratings
),
-- what the rows alike up to each one add up to
running_ratings as (
  SELECT
    *,
    CASE
      WHEN NOT buyer_id IS NULL
      AND NOT (
        (
          CAST(EXTRACT(YEAR FROM placed_on) AS BIGINT) * 12
        ) + CAST(EXTRACT(MONTH FROM placed_on) AS BIGINT)
      ) IS NULL
      AND NOT placed_on IS NULL
      THEN CAST(SUM(CASE WHEN credit__met THEN credit__given END) OVER (
        PARTITION BY seller_id, buyer_id, (
          (
            CAST(EXTRACT(YEAR FROM placed_on) AS BIGINT) * 12
          ) + CAST(EXTRACT(MONTH FROM placed_on) AS BIGINT)
        ), placed_on IS NULL
        ORDER BY placed_on NULLS FIRST, credit__given NULLS FIRST, order_id NULLS FIRST, line_no NULLS FIRST
        ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
      ) AS BIGINT)
    END AS credit__running
  FROM unlimited_ratings
),
-- which measures each row meets, and what the limits leave of it
measured_ratings as (
  SELECT
    *,
    COALESCE(
      (
        CASE
          WHEN credit__running < -6
          THEN -6
          WHEN credit__running > 6
          THEN 6
          ELSE credit__running
        END
      ) - (
        CASE
          WHEN (
            credit__running - CASE WHEN credit__met THEN credit__given END
          ) < -6
          THEN -6
          WHEN (
            credit__running - CASE WHEN credit__met THEN credit__given END
          ) > 6
          THEN 6
          ELSE (
            credit__running - CASE WHEN credit__met THEN credit__given END
          )
        END
      ),
      credit__given
    ) AS credit__quantity
  FROM running_ratings
),
-- per seller: how many rows meet each measure
counted_ratings as (
  SELECT
    seller_id AS subject_no,
    CAST(COUNT(CASE WHEN rated__met THEN 1 END) AS BIGINT) AS rated,
    CAST(COUNT(CASE WHEN positive__met THEN 1 END) AS BIGINT) AS positive,
    CAST(COUNT(CASE WHEN neutral__met THEN 1 END) AS BIGINT) AS neutral,
    CAST(COUNT(CASE WHEN negative__met THEN 1 END) AS BIGINT) AS negative,
    CAST(COUNT(CASE WHEN silent__met THEN 1 END) AS BIGINT) AS silent,
    CAST(COALESCE(SUM(CASE WHEN credit__met THEN credit__quantity END), 0) AS BIGINT) AS credit,
    CAST(COUNT(CASE WHEN credit__met THEN credit__quantity END) AS BIGINT) AS credit__known,
    CAST(COUNT(
      CASE
        WHEN rated__met
        OR positive__met
        OR neutral__met
        OR negative__met
        OR silent__met
        OR credit__met
        THEN 1
      END
    ) AS BIGINT) AS ratings__counted,
    CAST(COUNT(CASE WHEN collapsed__would_count THEN 1 END) AS BIGINT) AS ratings__repeated
  FROM measured_ratings
  GROUP BY
    seller_id
)
SELECT
  *
FROM counted_ratings
