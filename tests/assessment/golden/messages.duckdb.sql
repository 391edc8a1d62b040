-- known_messages: messages as known at $known_at for the day that ends at $as_of_end
SELECT
  thread_no,
  CASE
    WHEN COALESCE(recorded_at, first_at, CAST('1900-01-01 00:00:00' AS TIMESTAMP)) <= $known_at
    AND (
      first_at IS NULL OR first_at < $as_of_end
    )
    THEN seller_no
  END AS seller_no,
  CASE
    WHEN COALESCE(recorded_at, first_at, CAST('1900-01-01 00:00:00' AS TIMESTAMP)) <= $known_at
    AND (
      first_at IS NULL OR first_at < $as_of_end
    )
    THEN buyer_no
  END AS buyer_no,
  CASE
    WHEN COALESCE(recorded_at, first_at, CAST('1900-01-01 00:00:00' AS TIMESTAMP)) <= $known_at
    AND (
      first_at IS NULL OR first_at < $as_of_end
    )
    THEN order_no
  END AS order_no,
  CASE
    WHEN COALESCE(recorded_at, first_at, CAST('1900-01-01 00:00:00' AS TIMESTAMP)) <= $known_at
    AND (
      first_at IS NULL OR first_at < $as_of_end
    )
    THEN opened_by
  END AS opened_by,
  CASE
    WHEN COALESCE(recorded_at, first_at, CAST('1900-01-01 00:00:00' AS TIMESTAMP)) <= $known_at
    AND (
      first_at IS NULL OR first_at < $as_of_end
    )
    THEN first_at
  END AS first_at,
  CASE
    WHEN COALESCE(recorded_at, first_answer_at, CAST('1900-01-01 00:00:00' AS TIMESTAMP)) <= $known_at
    AND (
      first_answer_at IS NULL OR first_answer_at < $as_of_end
    )
    THEN first_answer_at
  END AS first_answer_at,
  CASE
    WHEN COALESCE(recorded_at, first_at, CAST('1900-01-01 00:00:00' AS TIMESTAMP)) <= $known_at
    AND (
      first_at IS NULL OR first_at < $as_of_end
    )
    THEN is_spam
  END AS is_spam
FROM messages
WHERE
  seller_no = $register_no
  AND NOT thread_no IN (
    SELECT
      thread_no
    FROM messages_revised
  )
UNION ALL
SELECT
  thread_no,
  seller_no,
  buyer_no,
  order_no,
  opened_by,
  first_at,
  first_answer_at,
  is_spam
FROM merged_messages

-- thread_listings: what was bought with each order that threads name, where it was but one listing
SELECT
  order_no,
  MIN(listing_no) AS listing_no
FROM known_order_lines
GROUP BY
  order_no
HAVING
  MIN(listing_no) = MAX(listing_no)

-- message_rows: one row per thread: who wrote to whom, when it was answered, and whether a day went by first
SELECT
  known_messages.thread_no AS thread_id,
  known_messages.seller_no AS seller_id,
  known_messages.buyer_no AS buyer_id,
  known_messages.order_no AS order_id,
  thread_listings.listing_no AS listing_id,
  CAST(CASE
    WHEN known_messages.first_at < CAST('2018-03-25 01:00:00' AS TIMESTAMP)
    THEN known_messages.first_at + INTERVAL '3600' SECOND
    ELSE CASE
      WHEN known_messages.first_at < CAST('2018-10-28 01:00:00' AS TIMESTAMP)
      THEN known_messages.first_at + INTERVAL '7200' SECOND
      ELSE known_messages.first_at + INTERVAL '3600' SECOND
    END
  END AS DATE) AS opened_on,
  CAST(CASE known_messages.opened_by WHEN 'buyer' THEN 1 WHEN 'seller' THEN 2 END AS SMALLINT) AS opened_by,
  COALESCE(known_messages.is_spam, FALSE) AS is_spam,
  CAST(CASE
    WHEN known_messages.first_answer_at < CAST('2018-03-25 01:00:00' AS TIMESTAMP)
    THEN known_messages.first_answer_at + INTERVAL '3600' SECOND
    ELSE CASE
      WHEN known_messages.first_answer_at < CAST('2018-10-28 01:00:00' AS TIMESTAMP)
      THEN known_messages.first_answer_at + INTERVAL '7200' SECOND
      ELSE known_messages.first_answer_at + INTERVAL '3600' SECOND
    END
  END AS DATE) AS answered_on,
  CASE
    WHEN known_messages.first_answer_at >= known_messages.first_at
    THEN CAST(DATE_DIFF(
      'SECOND',
      DATE_TRUNC('SECOND', known_messages.first_at),
      DATE_TRUNC('SECOND', known_messages.first_answer_at)
    ) AS BIGINT)
  END AS answer_seconds,
  CASE
    WHEN known_messages.first_at + INTERVAL '24' HOUR < $as_of_end
    AND NOT COALESCE(
      known_messages.first_answer_at <= known_messages.first_at + INTERVAL '24' HOUR,
      FALSE
    )
    THEN CAST(CASE
      WHEN known_messages.first_at + INTERVAL '24' HOUR < CAST('2018-03-25 01:00:00' AS TIMESTAMP)
      THEN known_messages.first_at + INTERVAL '24' HOUR + INTERVAL '3600' SECOND
      ELSE CASE
        WHEN known_messages.first_at + INTERVAL '24' HOUR < CAST('2018-10-28 01:00:00' AS TIMESTAMP)
        THEN known_messages.first_at + INTERVAL '24' HOUR + INTERVAL '7200' SECOND
        ELSE known_messages.first_at + INTERVAL '24' HOUR + INTERVAL '3600' SECOND
      END
    END AS DATE)
  END AS unanswered_on
FROM known_messages
LEFT JOIN thread_listings
  ON thread_listings.order_no = known_messages.order_no
WHERE
  NOT known_messages.first_at IS NULL AND NOT known_messages.seller_no IS NULL

-- subjects: every seller that there was by the as-of day
SELECT
  seller_no AS subject_no
FROM (
  SELECT
    seller_no
  FROM sellers
  WHERE
    (
      COALESCE(recorded_at, sellers.opened_at, CAST('1900-01-01 00:00:00' AS TIMESTAMP)) <= $known_at
      AND (
        sellers.opened_at IS NULL OR sellers.opened_at < $as_of_end
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
          AND sellers_retracted.retracted_at <= $corrected_at
          AND sellers_retracted.retracted_at >= COALESCE(recorded_at, sellers.opened_at, CAST('1900-01-01 00:00:00' AS TIMESTAMP))
      )
    )
    AND seller_no = $subject_no
  UNION
  SELECT
    seller_id AS seller_no
  FROM order_rows
  WHERE
    seller_id = $subject_no
  UNION
  SELECT
    seller_id AS seller_no
  FROM message_rows
  WHERE
    seller_id = $subject_no
) AS named

-- counted_threads: per seller: how many rows meet each measure
SELECT
  seller_id AS subject_no,
  CAST(COUNT(CASE WHEN question_due__met THEN 1 END) AS BIGINT) AS question_due,
  CAST(COUNT(CASE WHEN question_answered__met THEN 1 END) AS BIGINT) AS question_answered,
  CAST(COUNT(CASE WHEN question_open__met THEN 1 END) AS BIGINT) AS question_open,
  CAST(COALESCE(SUM(CASE WHEN answer_time__met THEN answer_time__quantity END), 0) AS BIGINT) AS answer_time,
  CAST(COUNT(CASE WHEN answer_time__met THEN answer_time__quantity END) AS BIGINT) AS answer_time__known,
  CAST(COUNT(CASE WHEN order_question_due__met THEN 1 END) AS BIGINT) AS order_question_due,
  CAST(COUNT(CASE WHEN order_question_answered__met THEN 1 END) AS BIGINT) AS order_question_answered,
  CAST(COUNT(CASE WHEN order_question_open__met THEN 1 END) AS BIGINT) AS order_question_open,
  CAST(COUNT(
    CASE
      WHEN question_due__met
      OR question_answered__met
      OR question_open__met
      OR answer_time__met
      OR order_question_due__met
      OR order_question_answered__met
      OR order_question_open__met
      THEN 1
    END
  ) AS BIGINT) AS threads__counted,
  CAST(COUNT(CASE WHEN excluded__would_count AND excluded__by = 2 THEN 1 END) AS BIGINT) AS threads__excluded_2
FROM measured_threads
GROUP BY
  seller_id
