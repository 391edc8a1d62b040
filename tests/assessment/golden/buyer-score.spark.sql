-- touching_orders: rows with a day in a window: no other can count
SELECT
  order_id,
  buyer_id,
  unpaid_on,
  paid_on,
  is_paid,
  closed_on,
  cancelled_on,
  cancelled_by,
  feedback_given_on,
  dispute_closed_on,
  dispute_close_reason,
  dispute_liable,
  refunded_on,
  refund_reason,
  is_free_refund
FROM order_rows
WHERE
  (
    closed_on >= CAST(:first_of_365 AS DATE) AND closed_on <= CAST(:as_of AS DATE)
  )
  OR (
    refunded_on >= CAST(:first_of_365 AS DATE)
    AND refunded_on <= CAST(:as_of AS DATE)
  )
  OR (
    cancelled_on >= CAST(:first_of_365 AS DATE)
    AND cancelled_on <= CAST(:as_of AS DATE)
  )
  OR (
    dispute_closed_on >= CAST(:first_of_365 AS DATE)
    AND dispute_closed_on <= CAST(:as_of AS DATE)
  )
  OR (
    unpaid_on >= CAST(:first_of_365 AS DATE) AND unpaid_on <= CAST(:as_of AS DATE)
  )

-- seen_orders: rows as seen on the as-of day: what lies ahead is hidden
SELECT
  order_id AS order_id,
  buyer_id AS buyer_id,
  CASE WHEN unpaid_on > CAST(:as_of AS DATE) THEN NULL ELSE unpaid_on END AS unpaid_on,
  CASE WHEN paid_on > CAST(:as_of AS DATE) THEN NULL ELSE paid_on END AS paid_on,
  is_paid AND NOT COALESCE(paid_on > CAST(:as_of AS DATE), FALSE) AS is_paid,
  CASE WHEN closed_on > CAST(:as_of AS DATE) THEN NULL ELSE closed_on END AS closed_on,
  CASE WHEN cancelled_on > CAST(:as_of AS DATE) THEN NULL ELSE cancelled_on END AS cancelled_on,
  CASE WHEN cancelled_on > CAST(:as_of AS DATE) THEN NULL ELSE cancelled_by END AS cancelled_by,
  CASE
    WHEN feedback_given_on > CAST(:as_of AS DATE)
    THEN NULL
    ELSE feedback_given_on
  END AS feedback_given_on,
  CASE
    WHEN dispute_closed_on > CAST(:as_of AS DATE)
    THEN NULL
    ELSE dispute_closed_on
  END AS dispute_closed_on,
  CASE
    WHEN dispute_closed_on > CAST(:as_of AS DATE)
    THEN NULL
    ELSE dispute_close_reason
  END AS dispute_close_reason,
  CASE WHEN dispute_closed_on > CAST(:as_of AS DATE) THEN NULL ELSE dispute_liable END AS dispute_liable,
  CASE WHEN refunded_on > CAST(:as_of AS DATE) THEN NULL ELSE refunded_on END AS refunded_on,
  CASE WHEN refunded_on > CAST(:as_of AS DATE) THEN NULL ELSE refund_reason END AS refund_reason,
  is_free_refund AND NOT COALESCE(refunded_on > CAST(:as_of AS DATE), FALSE) AS is_free_refund
FROM touching_orders

-- rows_orders: the rows of account: orders
SELECT
  order_id,
  buyer_id,
  unpaid_on,
  paid_on,
  is_paid,
  closed_on,
  cancelled_on,
  cancelled_by,
  feedback_given_on,
  dispute_closed_on,
  dispute_close_reason,
  dispute_liable,
  refunded_on,
  refund_reason,
  is_free_refund
FROM seen_orders

-- touching_lines: rows with a day in a window: no other can count
SELECT
  order_id,
  buyer_id,
  paid_on,
  line_no,
  category_l1_id,
  category_l2_id
FROM line_rows
WHERE
  paid_on >= CAST(:first_of_365 AS DATE) AND paid_on <= CAST(:as_of AS DATE)

-- seen_lines: rows as seen on the as-of day: what lies ahead is hidden
SELECT
  order_id AS order_id,
  buyer_id AS buyer_id,
  CASE WHEN paid_on > CAST(:as_of AS DATE) THEN NULL ELSE paid_on END AS paid_on,
  line_no AS line_no,
  category_l1_id AS category_l1_id,
  category_l2_id AS category_l2_id
FROM touching_lines

-- rows_lines: the rows of account: lines
SELECT
  order_id,
  buyer_id,
  paid_on,
  line_no,
  category_l1_id,
  category_l2_id
FROM seen_lines

-- touching_findings: rows with a day in a window: no other can count
SELECT
  finding_id,
  buyer_id,
  decided_on,
  gravity
FROM finding_rows
WHERE
  decided_on >= CAST(:first_of_365 AS DATE) AND decided_on <= CAST(:as_of AS DATE)

-- seen_findings: rows as seen on the as-of day: what lies ahead is hidden
SELECT
  finding_id AS finding_id,
  buyer_id AS buyer_id,
  CASE WHEN decided_on > CAST(:as_of AS DATE) THEN NULL ELSE decided_on END AS decided_on,
  CASE WHEN decided_on > CAST(:as_of AS DATE) THEN NULL ELSE gravity END AS gravity
FROM touching_findings

-- rows_findings: the rows of account: findings
SELECT
  finding_id,
  buyer_id,
  decided_on,
  gravity
FROM seen_findings

-- touching_accounts: rows with a day in a window: no other can count
SELECT
  buyer_id,
  objected_on
FROM account_rows
WHERE
  objected_on <= CAST(:as_of AS DATE)

-- seen_accounts: rows as seen on the as-of day: what lies ahead is hidden
SELECT
  buyer_id AS buyer_id,
  CASE WHEN objected_on > CAST(:as_of AS DATE) THEN NULL ELSE objected_on END AS objected_on
FROM touching_accounts

-- rows_accounts: the rows of account: accounts
SELECT
  buyer_id,
  objected_on
FROM seen_accounts

-- touching_messages: rows with a day in a window: no other can count
SELECT
  thread_id,
  buyer_id,
  order_id,
  opened_on,
  opened_by,
  is_spam,
  answered_on
FROM message_rows
WHERE
  answered_on >= CAST(:first_of_365 AS DATE)
  AND answered_on <= CAST(:as_of AS DATE)

-- seen_messages: rows as seen on the as-of day: what lies ahead is hidden
SELECT
  thread_id AS thread_id,
  buyer_id AS buyer_id,
  order_id AS order_id,
  CASE WHEN opened_on > CAST(:as_of AS DATE) THEN NULL ELSE opened_on END AS opened_on,
  CASE WHEN opened_on > CAST(:as_of AS DATE) THEN NULL ELSE opened_by END AS opened_by,
  is_spam AND NOT COALESCE(opened_on > CAST(:as_of AS DATE), FALSE) AS is_spam,
  CASE WHEN answered_on > CAST(:as_of AS DATE) THEN NULL ELSE answered_on END AS answered_on
FROM touching_messages

-- rows_messages: the rows of account: messages
SELECT
  thread_id,
  buyer_id,
  order_id,
  opened_on,
  opened_by,
  is_spam,
  answered_on
FROM seen_messages
WHERE
  opened_by = 2 AND NOT (
    is_spam
  ) AND NOT order_id IS NULL

-- touching_spread: rows with a day in a window: no other can count
SELECT
  order_id,
  seller_id,
  buyer_id,
  placed_on,
  amount_minor,
  paid_on,
  is_paid,
  closed_on,
  cancelled_on,
  cancelled_by,
  dispute_closed_on,
  refunded_on,
  is_special_listing
FROM order_rows
WHERE
  paid_on >= CAST(:first_of_365_less_10 AS DATE)
  AND paid_on <= CAST(:as_of AS DATE)

-- seen_spread: rows as seen on the as-of day: what lies ahead is hidden
SELECT
  order_id AS order_id,
  seller_id AS seller_id,
  buyer_id AS buyer_id,
  CASE WHEN placed_on > CAST(:as_of AS DATE) THEN NULL ELSE placed_on END AS placed_on,
  CASE WHEN placed_on > CAST(:as_of AS DATE) THEN NULL ELSE amount_minor END AS amount_minor,
  CASE WHEN paid_on > CAST(:as_of AS DATE) THEN NULL ELSE paid_on END AS paid_on,
  is_paid AND NOT COALESCE(paid_on > CAST(:as_of AS DATE), FALSE) AS is_paid,
  CASE WHEN closed_on > CAST(:as_of AS DATE) THEN NULL ELSE closed_on END AS closed_on,
  CASE WHEN cancelled_on > CAST(:as_of AS DATE) THEN NULL ELSE cancelled_on END AS cancelled_on,
  CASE WHEN cancelled_on > CAST(:as_of AS DATE) THEN NULL ELSE cancelled_by END AS cancelled_by,
  CASE
    WHEN dispute_closed_on > CAST(:as_of AS DATE)
    THEN NULL
    ELSE dispute_closed_on
  END AS dispute_closed_on,
  CASE WHEN refunded_on > CAST(:as_of AS DATE) THEN NULL ELSE refunded_on END AS refunded_on,
  is_special_listing AS is_special_listing
FROM touching_spread

-- rows_spread: the rows of account: spread
SELECT
  order_id,
  seller_id,
  buyer_id,
  placed_on,
  amount_minor,
  paid_on,
  is_paid,
  closed_on,
  cancelled_on,
  cancelled_by,
  dispute_closed_on,
  refunded_on,
  is_special_listing
FROM seen_spread
WHERE
  is_paid
  AND amount_minor >= 500
  AND NOT (
    is_special_listing
  )
  AND (
    NOT closed_on IS NULL
    OR NOT refunded_on IS NULL
    OR NOT dispute_closed_on IS NULL
    OR (
      cancelled_by = 2 OR cancelled_by = 3
    )
  )

-- collapsed_spread: which rows repeat others that count in their place
SELECT
  *,
  collapsed__can_repeat AND collapsed__place > 1 AS collapsed__is_repeat
FROM (
  SELECT
    *,
    NOT collapsed__2 IS NULL AND NOT collapsed__3 IS NULL AND NOT paid_on IS NULL AS collapsed__can_repeat,
    ROW_NUMBER() OVER (
      PARTITION BY collapsed__1, collapsed__2, collapsed__3, NOT collapsed__2 IS NULL AND NOT collapsed__3 IS NULL AND NOT paid_on IS NULL
      ORDER BY paid_on DESC NULLS FIRST, amount_minor, paid_on, is_paid, closed_on, cancelled_by, dispute_closed_on, refunded_on, is_special_listing, order_id
    ) AS collapsed__place
  FROM (
    SELECT
      *,
      buyer_id AS collapsed__1,
      seller_id AS collapsed__2,
      (
        (
          (
            (
              CAST(EXTRACT(YEAR FROM paid_on) AS BIGINT) * 12
            ) + CAST(EXTRACT(MONTH FROM paid_on) AS BIGINT)
          ) * 3
        ) + CASE
          WHEN EXTRACT(DAY FROM paid_on) <= 10
          THEN 0
          WHEN EXTRACT(DAY FROM paid_on) <= 20
          THEN 1
          ELSE 2
        END
      ) AS collapsed__3
    FROM rows_spread
  ) AS alike
) AS placed

-- flagged_orders: each condition of each measure, as a flag on the row
SELECT
  order_id,
  buyer_id,
  unpaid_on,
  paid_on,
  is_paid,
  closed_on,
  cancelled_on,
  cancelled_by,
  feedback_given_on,
  dispute_closed_on,
  dispute_close_reason,
  dispute_liable,
  refunded_on,
  refund_reason,
  is_free_refund,
  COALESCE(is_paid, FALSE) AS completed__when,
  COALESCE(
    closed_on >= CAST(:first_of_365 AS DATE) AND closed_on <= CAST(:as_of AS DATE),
    FALSE
  ) AS completed__closed,
  COALESCE(
    refunded_on >= CAST(:first_of_365 AS DATE)
    AND refunded_on <= CAST(:as_of AS DATE),
    FALSE
  ) AS completed__refunded,
  COALESCE(
    (
      cancelled_by = 2 OR cancelled_by = 3
    )
    AND (
      cancelled_on >= CAST(:first_of_365 AS DATE)
      AND cancelled_on <= CAST(:as_of AS DATE)
    ),
    FALSE
  ) AS completed__called_off,
  COALESCE(
    dispute_closed_on >= CAST(:first_of_365 AS DATE)
    AND dispute_closed_on <= CAST(:as_of AS DATE),
    FALSE
  ) AS completed__disputed,
  COALESCE(
    (
      feedback_given_on >= CAST(:first_of_365 AS DATE)
      AND feedback_given_on <= CAST(:as_of AS DATE)
    )
    AND CAST(DATEDIFF(
      DAY,
      CASE
        WHEN NOT closed_on IS NULL
        THEN closed_on
        WHEN NOT (
          NOT closed_on IS NULL
        )
        THEN CASE
          WHEN NOT refunded_on IS NULL
          THEN refunded_on
          WHEN NOT (
            NOT refunded_on IS NULL
          )
          THEN CASE
            WHEN NOT cancelled_on IS NULL
            THEN cancelled_on
            WHEN NOT (
              NOT cancelled_on IS NULL
            )
            THEN dispute_closed_on
          END
        END
      END,
      feedback_given_on
    ) AS BIGINT) <= 30,
    FALSE
  ) AS feedback_worth__when,
  COALESCE(
    dispute_close_reason = 4
    AND dispute_liable = 2
    AND (
      dispute_closed_on >= CAST(:first_of_365 AS DATE)
      AND dispute_closed_on <= CAST(:as_of AS DATE)
    ),
    FALSE
  ) AS disputes_lost__when,
  COALESCE(
    refund_reason = 1
    AND is_free_refund
    AND (
      refunded_on >= CAST(:first_of_365 AS DATE)
      AND refunded_on <= CAST(:as_of AS DATE)
    ),
    FALSE
  ) AS free_returns__when,
  COALESCE(
    unpaid_on >= CAST(:first_of_365 AS DATE) AND unpaid_on <= CAST(:as_of AS DATE),
    FALSE
  ) AS left_unpaid__when,
  CAST(GET(
    (
      ARRAY(100, 98, 97, 95, 93, 92, 90, 88, 87, 85, 83, 82, 80, 78, 77, 75, 73, 72, 70, 68, 67, 65, 63, 62, 60, 58, 57, 55, 53, 52, 50)
    ),
    (
      CAST(CASE
        WHEN (
          CAST(DATEDIFF(
            DAY,
            CASE
              WHEN NOT closed_on IS NULL
              THEN closed_on
              WHEN NOT (
                NOT closed_on IS NULL
              )
              THEN CASE
                WHEN NOT refunded_on IS NULL
                THEN refunded_on
                WHEN NOT (
                  NOT refunded_on IS NULL
                )
                THEN CASE
                  WHEN NOT cancelled_on IS NULL
                  THEN cancelled_on
                  WHEN NOT (
                    NOT cancelled_on IS NULL
                  )
                  THEN dispute_closed_on
                END
              END
            END,
            feedback_given_on
          ) AS BIGINT)
        ) <= 0
        THEN 1
        WHEN (
          CAST(DATEDIFF(
            DAY,
            CASE
              WHEN NOT closed_on IS NULL
              THEN closed_on
              WHEN NOT (
                NOT closed_on IS NULL
              )
              THEN CASE
                WHEN NOT refunded_on IS NULL
                THEN refunded_on
                WHEN NOT (
                  NOT refunded_on IS NULL
                )
                THEN CASE
                  WHEN NOT cancelled_on IS NULL
                  THEN cancelled_on
                  WHEN NOT (
                    NOT cancelled_on IS NULL
                  )
                  THEN dispute_closed_on
                END
              END
            END,
            feedback_given_on
          ) AS BIGINT)
        ) >= 30
        THEN 31
        ELSE (
          CAST(DATEDIFF(
            DAY,
            CASE
              WHEN NOT closed_on IS NULL
              THEN closed_on
              WHEN NOT (
                NOT closed_on IS NULL
              )
              THEN CASE
                WHEN NOT refunded_on IS NULL
                THEN refunded_on
                WHEN NOT (
                  NOT refunded_on IS NULL
                )
                THEN CASE
                  WHEN NOT cancelled_on IS NULL
                  THEN cancelled_on
                  WHEN NOT (
                    NOT cancelled_on IS NULL
                  )
                  THEN dispute_closed_on
                END
              END
            END,
            feedback_given_on
          ) AS BIGINT)
        ) - -1
      END AS INT)
    ) - 1
  ) AS BIGINT) AS feedback_worth__quantity
FROM rows_orders

-- measured_orders: which measures each row meets
SELECT
  *,
  completed__when
  AND (
    completed__closed
    OR completed__refunded
    OR completed__called_off
    OR completed__disputed
  ) AS completed__met,
  (
    completed__when
    AND (
      completed__closed
      OR completed__refunded
      OR completed__called_off
      OR completed__disputed
    )
  )
  AND feedback_worth__when AS feedback_worth__met,
  (
    completed__when
    AND (
      completed__closed
      OR completed__refunded
      OR completed__called_off
      OR completed__disputed
    )
  )
  AND disputes_lost__when AS disputes_lost__met,
  (
    completed__when
    AND (
      completed__closed
      OR completed__refunded
      OR completed__called_off
      OR completed__disputed
    )
  )
  AND free_returns__when AS free_returns__met,
  left_unpaid__when AS left_unpaid__met
FROM flagged_orders

-- counted_orders: per buyer: how many rows meet each measure
SELECT
  buyer_id AS subject_no,
  CAST(COUNT(CASE WHEN completed__met THEN 1 END) AS BIGINT) AS completed,
  CAST(COALESCE(SUM(CASE WHEN feedback_worth__met THEN feedback_worth__quantity END), 0) AS BIGINT) AS feedback_worth,
  CAST(COUNT(CASE WHEN feedback_worth__met THEN feedback_worth__quantity END) AS BIGINT) AS feedback_worth__known,
  CAST(COUNT(CASE WHEN disputes_lost__met THEN 1 END) AS BIGINT) AS disputes_lost,
  CAST(COUNT(CASE WHEN free_returns__met THEN 1 END) AS BIGINT) AS free_returns,
  CAST(COUNT(CASE WHEN left_unpaid__met THEN 1 END) AS BIGINT) AS left_unpaid,
  CAST(COUNT(
    CASE
      WHEN completed__met
      OR feedback_worth__met
      OR disputes_lost__met
      OR free_returns__met
      OR left_unpaid__met
      THEN 1
    END
  ) AS BIGINT) AS orders__counted
FROM measured_orders
GROUP BY
  buyer_id

-- flagged_lines: each condition of each measure, as a flag on the row
SELECT
  order_id,
  buyer_id,
  paid_on,
  line_no,
  category_l1_id,
  category_l2_id,
  COALESCE(paid_on >= CAST(:first_of_365 AS DATE) AND paid_on <= CAST(:as_of AS DATE), FALSE) AS bought__when
FROM rows_lines

-- measured_lines: which measures each row meets
SELECT
  *,
  bought__when AS bought__met
FROM flagged_lines

-- counted_lines: per buyer: how many rows meet each measure
SELECT
  buyer_id AS subject_no,
  CAST(COUNT(CASE WHEN bought__met THEN 1 END) AS BIGINT) AS bought,
  CAST(COUNT(CASE WHEN bought__met THEN 1 END) AS BIGINT) AS lines__counted
FROM measured_lines
GROUP BY
  buyer_id

-- flagged_findings: each condition of each measure, as a flag on the row
SELECT
  finding_id,
  buyer_id,
  decided_on,
  gravity,
  COALESCE(
    decided_on >= CAST(:first_of_365 AS DATE) AND decided_on <= CAST(:as_of AS DATE),
    FALSE
  ) AS confirmed__when,
  COALESCE(CAST(DATEDIFF(DAY, decided_on, CAST(:as_of AS DATE)) AS BIGINT) < 180, FALSE) AS active__when,
  (
    CASE
      WHEN NOT gravity IS NULL
      THEN CASE
        WHEN gravity < 1
        THEN 1
        WHEN NOT (
          gravity < 1
        )
        THEN CASE WHEN gravity > 10 THEN 10 WHEN NOT (
          gravity > 10
        ) THEN gravity END
      END
      WHEN NOT (
        NOT gravity IS NULL
      )
      THEN 1
    END * CAST(GET(
      (
        ARRAY(
          1000000,
          996157,
          992328,
          988514,
          984715,
          980930,
          977160,
          973404,
          969663,
          965936,
          962224,
          958526,
          954842,
          951172,
          947516,
          943874,
          940247,
          936633,
          933033,
          929447,
          925875,
          922316,
          918771,
          915240,
          911722,
          908218,
          904728,
          901250,
          897787,
          894336,
          890899,
          887475,
          884064,
          880666,
          877281,
          873909,
          870551,
          867205,
          863872,
          860551,
          857244,
          853949,
          850667,
          847398,
          844141,
          840896,
          837665,
          834445,
          831238,
          828043,
          824861,
          821690,
          818532,
          815386,
          812252,
          809131,
          806021,
          802923,
          799837,
          796763,
          793701,
          790650,
          787611,
          784584,
          781569,
          778565,
          775572,
          772592,
          769622,
          766664,
          763718,
          760782,
          757858,
          754946,
          752044,
          749154,
          746274,
          743406,
          740549,
          737703,
          734867,
          732043,
          729229,
          726427,
          723635,
          720853,
          718083,
          715323,
          712574,
          709835,
          707107,
          704389,
          701682,
          698985,
          696298,
          693622,
          690956,
          688301,
          685655,
          683020,
          680395,
          677780,
          675175,
          672580,
          669995,
          667420,
          664855,
          662299,
          659754,
          657218,
          654692,
          652176,
          649669,
          647173,
          644685,
          642207,
          639739,
          637280,
          634831,
          632391,
          629961,
          627539,
          625127,
          622725,
          620331,
          617947,
          615572,
          613206,
          610850,
          608502,
          606163,
          603833,
          601513,
          599201,
          596898,
          594604,
          592318,
          590042,
          587774,
          585515,
          583265,
          581023,
          578790,
          576565,
          574349,
          572142,
          569943,
          567752,
          565570,
          563396,
          561231,
          559074,
          556925,
          554785,
          552652,
          550528,
          548412,
          546305,
          544205,
          542113,
          540030,
          537954,
          535887,
          533827,
          531775,
          529732,
          527696,
          525667,
          523647,
          521634,
          519630,
          517632,
          515643,
          513661,
          511687,
          509720,
          507761,
          505810,
          503866,
          501929,
          500000,
          498078,
          496164,
          494257,
          492357,
          490465,
          488580,
          486702,
          484832,
          482968,
          481112,
          479263,
          477421,
          475586,
          473758,
          471937,
          470123,
          468316,
          466516,
          464723,
          462937,
          461158,
          459386,
          457620,
          455861,
          454109,
          452364,
          450625,
          448893,
          447168,
          445449,
          443737,
          442032,
          440333,
          438641,
          436955,
          435275,
          433602,
          431936,
          430276,
          428622,
          426975,
          425334,
          423699,
          422070,
          420448,
          418832,
          417223,
          415619,
          414022,
          412430,
          410845,
          409266,
          407693,
          406126,
          404565,
          403010,
          401461,
          399918,
          398381,
          396850,
          395325,
          393806,
          392292,
          390784,
          389282,
          387786,
          386296,
          384811,
          383332,
          381859,
          380391,
          378929,
          377473,
          376022,
          374577,
          373137,
          371703,
          370274,
          368851,
          367434,
          366021,
          364615,
          363213,
          361817,
          360427,
          359041,
          357661,
          356287,
          354917,
          353553,
          352195,
          350841,
          349492,
          348149,
          346811,
          345478,
          344150,
          342828,
          341510,
          340198,
          338890,
          337587,
          336290,
          334997,
          333710,
          332427,
          331150,
          329877,
          328609,
          327346,
          326088,
          324835,
          323586,
          322343,
          321104,
          319870,
          318640,
          317415,
          316196,
          314980,
          313770,
          312564,
          311362,
          310166,
          308974,
          307786,
          306603,
          305425,
          304251,
          303082,
          301917,
          300756,
          299600,
          298449,
          297302,
          296159,
          295021,
          293887,
          292757,
          291632,
          290511,
          289395,
          288283,
          287175,
          286071,
          284971,
          283876,
          282785,
          281698,
          280616,
          279537,
          278463,
          277392,
          276326,
          275264,
          274206,
          273152,
          272103,
          271057,
          270015,
          268977,
          267943,
          266914,
          265888,
          264866,
          263848,
          262834,
          261824,
          260817,
          259815,
          258816,
          257821,
          256831,
          255843,
          254860,
          253881,
          252905,
          251933,
          250965,
          250000,
          249039,
          248082,
          247129,
          246179
        )
      ),
      (
        CAST(CASE
          WHEN (
            CAST(DATEDIFF(DAY, decided_on, CAST(:as_of AS DATE)) AS BIGINT)
          ) <= 0
          THEN 1
          WHEN (
            CAST(DATEDIFF(DAY, decided_on, CAST(:as_of AS DATE)) AS BIGINT)
          ) >= 364
          THEN 365
          ELSE (
            CAST(DATEDIFF(DAY, decided_on, CAST(:as_of AS DATE)) AS BIGINT)
          ) - -1
        END AS INT)
      ) - 1
    ) AS BIGINT)
  ) AS gravity_weight__quantity
FROM rows_findings

-- measured_findings: which measures each row meets
SELECT
  *,
  confirmed__when AS confirmed__met,
  (
    confirmed__when
  ) AND active__when AS active__met,
  (
    confirmed__when
  ) AS gravity_weight__met
FROM flagged_findings

-- counted_findings: per buyer: how many rows meet each measure
SELECT
  buyer_id AS subject_no,
  CAST(COUNT(CASE WHEN confirmed__met THEN 1 END) AS BIGINT) AS confirmed,
  CAST(COUNT(CASE WHEN active__met THEN 1 END) AS BIGINT) AS active,
  CAST(COALESCE(SUM(CASE WHEN gravity_weight__met THEN gravity_weight__quantity END), 0) AS BIGINT) AS gravity_weight,
  CAST(COUNT(CASE WHEN gravity_weight__met THEN gravity_weight__quantity END) AS BIGINT) AS gravity_weight__known,
  CAST(COUNT(CASE WHEN confirmed__met OR active__met OR gravity_weight__met THEN 1 END) AS BIGINT) AS findings__counted
FROM measured_findings
GROUP BY
  buyer_id

-- flagged_accounts: each condition of each measure, as a flag on the row
SELECT
  buyer_id,
  objected_on,
  COALESCE(objected_on <= CAST(:as_of AS DATE), FALSE) AS objections__when
FROM rows_accounts

-- measured_accounts: which measures each row meets
SELECT
  *,
  objections__when AS objections__met
FROM flagged_accounts

-- counted_accounts: per buyer: how many rows meet each measure
SELECT
  buyer_id AS subject_no,
  CAST(COUNT(CASE WHEN objections__met THEN 1 END) AS BIGINT) AS objections,
  CAST(COUNT(CASE WHEN objections__met THEN 1 END) AS BIGINT) AS accounts__counted
FROM measured_accounts
GROUP BY
  buyer_id

-- flagged_messages: each condition of each measure, as a flag on the row
SELECT
  thread_id,
  buyer_id,
  order_id,
  opened_on,
  opened_by,
  is_spam,
  answered_on,
  COALESCE(
    (
      answered_on >= CAST(:first_of_365 AS DATE)
      AND answered_on <= CAST(:as_of AS DATE)
    )
    AND CAST(DATEDIFF(DAY, opened_on, answered_on) AS BIGINT) <= 2,
    FALSE
  ) AS answered__when
FROM rows_messages

-- measured_messages: which measures each row meets
SELECT
  *,
  answered__when AS answered__met
FROM flagged_messages

-- counted_messages: per buyer: how many rows meet each measure
SELECT
  buyer_id AS subject_no,
  CAST(COUNT(DISTINCT CASE WHEN answered__met THEN order_id END) + COUNT(CASE WHEN answered__met AND order_id IS NULL THEN 1 END) AS BIGINT) AS answered,
  CAST(COUNT(CASE WHEN answered__met THEN 1 END) AS BIGINT) AS messages__counted
FROM measured_messages
GROUP BY
  buyer_id

-- flagged_spread: each condition of each measure, as a flag on the row
SELECT
  order_id,
  seller_id,
  buyer_id,
  placed_on,
  amount_minor,
  paid_on,
  is_paid,
  closed_on,
  cancelled_on,
  cancelled_by,
  dispute_closed_on,
  refunded_on,
  is_special_listing,
  collapsed__is_repeat,
  COALESCE(paid_on >= CAST(:first_of_365 AS DATE) AND paid_on <= CAST(:as_of AS DATE), FALSE) AS counted_orders__when
FROM collapsed_spread

-- measured_spread: which measures each row meets
SELECT
  *,
  collapsed__is_repeat AND (
    counted_orders__when
  ) AS collapsed__would_count,
  NOT collapsed__is_repeat AND (
    counted_orders__when
  ) AS counted_orders__met
FROM flagged_spread

-- counted_spread: per buyer: how many rows meet each measure
SELECT
  buyer_id AS subject_no,
  CAST(COUNT(CASE WHEN counted_orders__met THEN 1 END) AS BIGINT) AS counted_orders,
  CAST(COUNT(CASE WHEN counted_orders__met THEN 1 END) AS BIGINT) AS spread__counted,
  CAST(COUNT(CASE WHEN collapsed__would_count THEN 1 END) AS BIGINT) AS spread__repeated
FROM measured_spread
GROUP BY
  buyer_id

-- measured: every subject with its counts; nothing counted is 0
SELECT
  subjects.subject_no,
  CAST(COALESCE(counted_orders.completed, 0) AS BIGINT) AS completed,
  CAST(COALESCE(counted_orders.feedback_worth, 0) AS BIGINT) AS feedback_worth,
  CAST(COALESCE(counted_orders.disputes_lost, 0) AS BIGINT) AS disputes_lost,
  CAST(COALESCE(counted_orders.free_returns, 0) AS BIGINT) AS free_returns,
  CAST(COALESCE(counted_orders.left_unpaid, 0) AS BIGINT) AS left_unpaid,
  CAST(COALESCE(counted_orders.feedback_worth__known, 0) AS BIGINT) AS feedback_worth__known,
  CAST(COALESCE(counted_orders.orders__counted, 0) AS BIGINT) AS orders__counted,
  CAST(COALESCE(counted_lines.bought, 0) AS BIGINT) AS bought,
  CAST(COALESCE(counted_lines.lines__counted, 0) AS BIGINT) AS lines__counted,
  CAST(COALESCE(counted_findings.confirmed, 0) AS BIGINT) AS confirmed,
  CAST(COALESCE(counted_findings.active, 0) AS BIGINT) AS active,
  CAST(COALESCE(counted_findings.gravity_weight, 0) AS BIGINT) AS gravity_weight,
  CAST(COALESCE(counted_findings.gravity_weight__known, 0) AS BIGINT) AS gravity_weight__known,
  CAST(COALESCE(counted_findings.findings__counted, 0) AS BIGINT) AS findings__counted,
  CAST(COALESCE(counted_accounts.objections, 0) AS BIGINT) AS objections,
  CAST(COALESCE(counted_accounts.accounts__counted, 0) AS BIGINT) AS accounts__counted,
  CAST(COALESCE(counted_messages.answered, 0) AS BIGINT) AS answered,
  CAST(COALESCE(counted_messages.messages__counted, 0) AS BIGINT) AS messages__counted,
  CAST(COALESCE(counted_spread.counted_orders, 0) AS BIGINT) AS counted_orders,
  CAST(COALESCE(counted_spread.spread__repeated, 0) AS BIGINT) AS spread__repeated,
  CAST(COALESCE(counted_spread.spread__counted, 0) AS BIGINT) AS spread__counted
FROM subjects
LEFT JOIN counted_orders
  ON counted_orders.subject_no = subjects.subject_no
LEFT JOIN counted_lines
  ON counted_lines.subject_no = subjects.subject_no
LEFT JOIN counted_findings
  ON counted_findings.subject_no = subjects.subject_no
LEFT JOIN counted_accounts
  ON counted_accounts.subject_no = subjects.subject_no
LEFT JOIN counted_messages
  ON counted_messages.subject_no = subjects.subject_no
LEFT JOIN counted_spread
  ON counted_spread.subject_no = subjects.subject_no

-- indicated: indicators as pairs of whole numbers, and whether each is assessed
SELECT
  *,
  completed AS orders_completed__numerator,
  TRUE AS orders_completed__is_assessed,
  counted_orders AS orders_counted__numerator,
  TRUE AS orders_counted__is_assessed,
  answered AS answers_in_time__numerator,
  TRUE AS answers_in_time__is_assessed,
  disputes_lost AS lost_disputes__numerator,
  TRUE AS lost_disputes__is_assessed,
  active AS active_findings__numerator,
  TRUE AS active_findings__is_assessed,
  left_unpaid AS orders_unpaid__numerator,
  TRUE AS orders_unpaid__is_assessed,
  free_returns AS free_return_rate__numerator,
  completed AS free_return_rate__denominator,
  completed > 0 AS free_return_rate__is_assessed
FROM measured

-- peer_amounts: how much of each subject lies in each group
SELECT
  buyer_id AS subject_no,
  category_l2_id AS peer__group_0,
  MIN(category_l1_id) AS peer__group_1,
  CAST(COALESCE(SUM(1), 0) AS BIGINT) AS amount
FROM measured_lines
WHERE
  bought__met AND NOT category_l2_id IS NULL
GROUP BY
  buyer_id,
  category_l2_id

-- peer_belonging: where most of it lies; of equals, the first by name
SELECT
  subject_no,
  peer__group_0,
  peer__group_1,
  names_0.category_id AS peer__called_0,
  names_1.category_id AS peer__called_1
FROM (
  SELECT
    subject_no,
    peer__group_0,
    peer__group_1,
    ROW_NUMBER() OVER (PARTITION BY subject_no ORDER BY amount DESC, category_id NULLS LAST) AS place
  FROM peer_amounts AS amounts
  LEFT JOIN category_names
    ON category_names.category_no = amounts.peer__group_0
) AS ranked
LEFT JOIN category_names AS names_0
  ON names_0.category_no = ranked.peer__group_0
LEFT JOIN category_names AS names_1
  ON names_1.category_no = ranked.peer__group_1
WHERE
  place = 1

-- peer_members: everybody's indicators, and the groups they belong to
SELECT
  indicated.subject_no,
  peer__group_0,
  peer__group_1,
  free_return_rate__numerator,
  free_return_rate__denominator,
  free_return_rate__is_assessed,
  CASE
    WHEN free_return_rate__is_assessed
    THEN CASE
      WHEN (
        free_return_rate__numerator * 1000000
      ) >= 0
      THEN (
        (
          (
            free_return_rate__numerator * 1000000
          ) * 2
        ) + (
          free_return_rate__denominator
        )
      ) DIV (
        (
          free_return_rate__denominator
        ) * 2
      )
      WHEN (
        free_return_rate__numerator * 1000000
      ) < 0
      THEN -(
        (
          (
            (
              -(
                free_return_rate__numerator * 1000000
              )
            ) * 2
          ) + (
            free_return_rate__denominator
          )
        ) DIV (
          (
            free_return_rate__denominator
          ) * 2
        )
      )
    END
  END AS free_return_rate__peer_value
FROM indicated
LEFT JOIN peer_belonging
  ON peer_belonging.subject_no = indicated.subject_no

-- peer_group_0: the same indicators over each group of peers
SELECT
  CAST(COUNT(CASE WHEN free_return_rate__is_assessed THEN 1 END) AS BIGINT) AS free_return_rate__peers_n,
  CAST(CASE
    WHEN CAST(COUNT(CASE WHEN free_return_rate__is_assessed THEN 1 END) AS BIGINT) > 0
    THEN CASE
      WHEN (
        SUM(
          CASE
            WHEN free_return_rate__is_assessed
            THEN CAST(free_return_rate__numerator AS DECIMAL(38, 0))
          END
        ) * 1000000
      ) >= 0
      THEN (
        (
          (
            SUM(
              CASE
                WHEN free_return_rate__is_assessed
                THEN CAST(free_return_rate__numerator AS DECIMAL(38, 0))
              END
            ) * 1000000
          ) * 2
        ) + (
          SUM(
            CASE
              WHEN free_return_rate__is_assessed
              THEN CAST(free_return_rate__denominator AS DECIMAL(38, 0))
            END
          )
        )
      ) DIV (
        (
          SUM(
            CASE
              WHEN free_return_rate__is_assessed
              THEN CAST(free_return_rate__denominator AS DECIMAL(38, 0))
            END
          )
        ) * 2
      )
      WHEN (
        SUM(
          CASE
            WHEN free_return_rate__is_assessed
            THEN CAST(free_return_rate__numerator AS DECIMAL(38, 0))
          END
        ) * 1000000
      ) < 0
      THEN -(
        (
          (
            (
              -(
                SUM(
                  CASE
                    WHEN free_return_rate__is_assessed
                    THEN CAST(free_return_rate__numerator AS DECIMAL(38, 0))
                  END
                ) * 1000000
              )
            ) * 2
          ) + (
            SUM(
              CASE
                WHEN free_return_rate__is_assessed
                THEN CAST(free_return_rate__denominator AS DECIMAL(38, 0))
              END
            )
          )
        ) DIV (
          (
            SUM(
              CASE
                WHEN free_return_rate__is_assessed
                THEN CAST(free_return_rate__denominator AS DECIMAL(38, 0))
              END
            )
          ) * 2
        )
      )
    END
  END AS BIGINT) AS free_return_rate__peer_rate,
  peer__group_0
FROM peer_members
WHERE
  NOT peer__group_0 IS NULL
GROUP BY
  peer__group_0

-- peer_group_1: the same indicators over each group of peers
SELECT
  CAST(COUNT(CASE WHEN free_return_rate__is_assessed THEN 1 END) AS BIGINT) AS free_return_rate__peers_n,
  CAST(CASE
    WHEN CAST(COUNT(CASE WHEN free_return_rate__is_assessed THEN 1 END) AS BIGINT) > 0
    THEN CASE
      WHEN (
        SUM(
          CASE
            WHEN free_return_rate__is_assessed
            THEN CAST(free_return_rate__numerator AS DECIMAL(38, 0))
          END
        ) * 1000000
      ) >= 0
      THEN (
        (
          (
            SUM(
              CASE
                WHEN free_return_rate__is_assessed
                THEN CAST(free_return_rate__numerator AS DECIMAL(38, 0))
              END
            ) * 1000000
          ) * 2
        ) + (
          SUM(
            CASE
              WHEN free_return_rate__is_assessed
              THEN CAST(free_return_rate__denominator AS DECIMAL(38, 0))
            END
          )
        )
      ) DIV (
        (
          SUM(
            CASE
              WHEN free_return_rate__is_assessed
              THEN CAST(free_return_rate__denominator AS DECIMAL(38, 0))
            END
          )
        ) * 2
      )
      WHEN (
        SUM(
          CASE
            WHEN free_return_rate__is_assessed
            THEN CAST(free_return_rate__numerator AS DECIMAL(38, 0))
          END
        ) * 1000000
      ) < 0
      THEN -(
        (
          (
            (
              -(
                SUM(
                  CASE
                    WHEN free_return_rate__is_assessed
                    THEN CAST(free_return_rate__numerator AS DECIMAL(38, 0))
                  END
                ) * 1000000
              )
            ) * 2
          ) + (
            SUM(
              CASE
                WHEN free_return_rate__is_assessed
                THEN CAST(free_return_rate__denominator AS DECIMAL(38, 0))
              END
            )
          )
        ) DIV (
          (
            SUM(
              CASE
                WHEN free_return_rate__is_assessed
                THEN CAST(free_return_rate__denominator AS DECIMAL(38, 0))
              END
            )
          ) * 2
        )
      )
    END
  END AS BIGINT) AS free_return_rate__peer_rate,
  peer__group_1
FROM peer_members
WHERE
  NOT peer__group_1 IS NULL
GROUP BY
  peer__group_1

-- peer_group_2: the same indicators over each group of peers
SELECT
  CAST(COUNT(CASE WHEN free_return_rate__is_assessed THEN 1 END) AS BIGINT) AS free_return_rate__peers_n,
  CAST(CASE
    WHEN CAST(COUNT(CASE WHEN free_return_rate__is_assessed THEN 1 END) AS BIGINT) > 0
    THEN CASE
      WHEN (
        SUM(
          CASE
            WHEN free_return_rate__is_assessed
            THEN CAST(free_return_rate__numerator AS DECIMAL(38, 0))
          END
        ) * 1000000
      ) >= 0
      THEN (
        (
          (
            SUM(
              CASE
                WHEN free_return_rate__is_assessed
                THEN CAST(free_return_rate__numerator AS DECIMAL(38, 0))
              END
            ) * 1000000
          ) * 2
        ) + (
          SUM(
            CASE
              WHEN free_return_rate__is_assessed
              THEN CAST(free_return_rate__denominator AS DECIMAL(38, 0))
            END
          )
        )
      ) DIV (
        (
          SUM(
            CASE
              WHEN free_return_rate__is_assessed
              THEN CAST(free_return_rate__denominator AS DECIMAL(38, 0))
            END
          )
        ) * 2
      )
      WHEN (
        SUM(
          CASE
            WHEN free_return_rate__is_assessed
            THEN CAST(free_return_rate__numerator AS DECIMAL(38, 0))
          END
        ) * 1000000
      ) < 0
      THEN -(
        (
          (
            (
              -(
                SUM(
                  CASE
                    WHEN free_return_rate__is_assessed
                    THEN CAST(free_return_rate__numerator AS DECIMAL(38, 0))
                  END
                ) * 1000000
              )
            ) * 2
          ) + (
            SUM(
              CASE
                WHEN free_return_rate__is_assessed
                THEN CAST(free_return_rate__denominator AS DECIMAL(38, 0))
              END
            )
          )
        ) DIV (
          (
            SUM(
              CASE
                WHEN free_return_rate__is_assessed
                THEN CAST(free_return_rate__denominator AS DECIMAL(38, 0))
              END
            )
          ) * 2
        )
      )
    END
  END AS BIGINT) AS free_return_rate__peer_rate
FROM peer_members

-- benchmarked: beside each subject, the indicators of its peers
SELECT
  indicated.*,
  CASE
    WHEN peer_group_0.free_return_rate__peers_n >= 20
    THEN peer_group_0.free_return_rate__peer_rate
    WHEN peer_group_1.free_return_rate__peers_n >= 20
    THEN peer_group_1.free_return_rate__peer_rate
    ELSE peer_group_2.free_return_rate__peer_rate
  END AS free_return_rate__peer_rate,
  CASE
    WHEN peer_group_0.free_return_rate__peers_n >= 20
    THEN peer_group_0.free_return_rate__peers_n
    WHEN peer_group_1.free_return_rate__peers_n >= 20
    THEN peer_group_1.free_return_rate__peers_n
    ELSE peer_group_2.free_return_rate__peers_n
  END AS free_return_rate__peers_n,
  CAST(CASE
    WHEN peer_group_0.free_return_rate__peers_n >= 20
    THEN 0
    WHEN peer_group_1.free_return_rate__peers_n >= 20
    THEN 1
    ELSE 2
  END AS BIGINT) AS free_return_rate__peers_level,
  CASE
    WHEN peer_group_0.free_return_rate__peers_n >= 20
    THEN peer_belonging.peer__called_0
    WHEN peer_group_1.free_return_rate__peers_n >= 20
    THEN peer_belonging.peer__called_1
    ELSE NULL
  END AS free_return_rate__peers_group
FROM indicated
LEFT JOIN peer_belonging
  ON peer_belonging.subject_no = indicated.subject_no
LEFT JOIN peer_group_0
  ON peer_group_0.peer__group_0 = peer_belonging.peer__group_0
LEFT JOIN peer_group_1
  ON peer_group_1.peer__group_1 = peer_belonging.peer__group_1
CROSS JOIN peer_group_2

-- calculated_1: numbers made of numbers, in millionths
SELECT
  *,
  COALESCE((
    objections * 1000000
  ) >= CAST(1000000 AS BIGINT), FALSE) AS score__left_out,
  CAST(CASE
    WHEN NOT free_return_rate__peer_rate IS NULL
    THEN free_return_rate__peer_rate
    WHEN NOT (
      NOT free_return_rate__peer_rate IS NULL
    )
    THEN CAST(0 AS BIGINT)
  END AS BIGINT) AS calculated__2,
  CAST((
    feedback_worth * 1000000
  ) AS BIGINT) AS calculated__13,
  CAST(CASE
    WHEN (
      (
        (
          completed * 1000000
        ) - (
          (
            disputes_lost * 1000000
          )
        )
      ) + (
        (
          answered * 1000000
        )
      )
    ) < 0
    THEN 0
    ELSE (
      (
        (
          completed * 1000000
        ) - (
          (
            disputes_lost * 1000000
          )
        )
      ) + (
        (
          answered * 1000000
        )
      )
    )
  END AS BIGINT) AS calculated__27,
  CAST(CASE
    WHEN (
      disputes_lost * 1000000
    ) < 0
    THEN 0
    ELSE (
      disputes_lost * 1000000
    )
  END AS BIGINT) AS calculated__28,
  CAST((
    gravity_weight * 1000000
  ) AS BIGINT) AS calculated__51,
  CAST(CASE WHEN (
    completed * 1000000
  ) < 0 THEN 0 ELSE (
    completed * 1000000
  ) END AS BIGINT) AS calculated__65,
  CAST(CASE
    WHEN (
      left_unpaid * 1000000
    ) < 0
    THEN 0
    ELSE (
      left_unpaid * 1000000
    )
  END AS BIGINT) AS calculated__66,
  CAST((
    counted_orders * 1000000
  ) AS BIGINT) AS calculated__77,
  CAST((
    (
      completed * 1000000
    ) + (
      CAST(6000000 AS BIGINT)
    )
  ) AS BIGINT) AS calculated__95
FROM benchmarked

-- calculated_2: numbers made of numbers, in millionths
SELECT
  *,
  CAST((
    completed * 1000000
  ) AS BIGINT) AS calculated__3,
  CAST(calculated__2 AS BIGINT) AS calculated__4,
  CAST(CASE
    WHEN (
      calculated__13
    ) >= 0
    THEN (
      (
        (
          calculated__13
        ) * 2
      ) + (
        100
      )
    ) DIV (
      (
        100
      ) * 2
    )
    WHEN (
      calculated__13
    ) < 0
    THEN -(
      (
        (
          (
            -(
              calculated__13
            )
          ) * 2
        ) + (
          100
        )
      ) DIV (
        (
          100
        ) * 2
      )
    )
  END AS BIGINT) AS calculated__14,
  CAST((
    calculated__27 + calculated__28 + 6000000
  ) AS BIGINT) AS calculated__29,
  CAST(CASE
    WHEN (
      calculated__51
    ) >= 0
    THEN (
      (
        (
          calculated__51
        ) * 2
      ) + (
        1000000
      )
    ) DIV (
      (
        1000000
      ) * 2
    )
    WHEN (
      calculated__51
    ) < 0
    THEN -(
      (
        (
          (
            -(
              calculated__51
            )
          ) * 2
        ) + (
          1000000
        )
      ) DIV (
        (
          1000000
        ) * 2
      )
    )
  END AS BIGINT) AS calculated__52,
  CAST((
    calculated__65 + calculated__66 + 6000000
  ) AS BIGINT) AS calculated__67,
  CAST(calculated__77 DIV 1000000 AS BIGINT) AS calculated__78,
  CAST(240000000 AS BIGINT) AS calculated__96
FROM calculated_1

-- calculated_3: numbers made of numbers, in millionths
SELECT
  *,
  CAST(CASE
    WHEN (
      CAST(calculated__3 AS DECIMAL(38, 0)) * calculated__4
    ) >= 0
    THEN (
      (
        (
          CAST(calculated__3 AS DECIMAL(38, 0)) * calculated__4
        ) * 2
      ) + (
        1000000
      )
    ) DIV (
      (
        1000000
      ) * 2
    )
    WHEN (
      CAST(calculated__3 AS DECIMAL(38, 0)) * calculated__4
    ) < 0
    THEN -(
      (
        (
          (
            -(
              CAST(calculated__3 AS DECIMAL(38, 0)) * calculated__4
            )
          ) * 2
        ) + (
          1000000
        )
      ) DIV (
        (
          1000000
        ) * 2
      )
    )
  END AS BIGINT) AS calculated__5,
  CAST(CASE WHEN calculated__14 < 0 THEN 0 ELSE calculated__14 END AS BIGINT) AS calculated__15,
  CAST(CASE WHEN CAST(0 AS BIGINT) < 0 THEN 0 ELSE CAST(0 AS BIGINT) END AS BIGINT) AS calculated__16,
  CAST(CASE
    WHEN (
      (
        (
          CAST(calculated__27 AS DECIMAL(38, 0)) * 1
        ) + 4000000
      ) * 22500000
    ) >= 0
    THEN (
      (
        (
          (
            (
              CAST(calculated__27 AS DECIMAL(38, 0)) * 1
            ) + 4000000
          ) * 22500000
        ) * 2
      ) + (
        CAST(calculated__29 AS DECIMAL(38, 0)) * 1
      )
    ) DIV (
      (
        CAST(calculated__29 AS DECIMAL(38, 0)) * 1
      ) * 2
    )
    WHEN (
      (
        (
          CAST(calculated__27 AS DECIMAL(38, 0)) * 1
        ) + 4000000
      ) * 22500000
    ) < 0
    THEN -(
      (
        (
          (
            -(
              (
                (
                  CAST(calculated__27 AS DECIMAL(38, 0)) * 1
                ) + 4000000
              ) * 22500000
            )
          ) * 2
        ) + (
          CAST(calculated__29 AS DECIMAL(38, 0)) * 1
        )
      ) DIV (
        (
          CAST(calculated__29 AS DECIMAL(38, 0)) * 1
        ) * 2
      )
    )
  END AS BIGINT) AS calculated__30,
  CAST(CASE WHEN (
    completed * 1000000
  ) < 0 THEN 0 ELSE (
    completed * 1000000
  ) END AS BIGINT) AS calculated__53,
  CAST(CASE WHEN calculated__52 < 0 THEN 0 ELSE calculated__52 END AS BIGINT) AS calculated__54,
  CAST(CASE
    WHEN (
      (
        (
          CAST(calculated__65 AS DECIMAL(38, 0)) * 1
        ) + 4000000
      ) * 2700000
    ) >= 0
    THEN (
      (
        (
          (
            (
              CAST(calculated__65 AS DECIMAL(38, 0)) * 1
            ) + 4000000
          ) * 2700000
        ) * 2
      ) + (
        CAST(calculated__67 AS DECIMAL(38, 0)) * 1
      )
    ) DIV (
      (
        CAST(calculated__67 AS DECIMAL(38, 0)) * 1
      ) * 2
    )
    WHEN (
      (
        (
          CAST(calculated__65 AS DECIMAL(38, 0)) * 1
        ) + 4000000
      ) * 2700000
    ) < 0
    THEN -(
      (
        (
          (
            -(
              (
                (
                  CAST(calculated__65 AS DECIMAL(38, 0)) * 1
                ) + 4000000
              ) * 2700000
            )
          ) * 2
        ) + (
          CAST(calculated__67 AS DECIMAL(38, 0)) * 1
        )
      ) DIV (
        (
          CAST(calculated__67 AS DECIMAL(38, 0)) * 1
        ) * 2
      )
    )
  END AS BIGINT) AS calculated__68,
  CAST((
    CAST(GET(
      (
        ARRAY(
          0,
          1762914,
          2794153,
          3525829,
          4093360,
          4557067,
          4949126,
          5288743,
          5588306,
          5856275,
          6098682,
          6319982,
          6523558,
          6712041,
          6887513,
          7051657,
          7205847,
          7351221,
          7488732,
          7619189,
          7743279,
          7861596,
          7974652,
          8082896,
          8186721,
          8286473,
          8382459,
          8474955,
          8564204,
          8650428,
          8733824,
          8814572,
          8892835,
          8968761,
          9042487,
          9114135,
          9183820,
          9251647,
          9317711,
          9382103,
          9444905,
          9506194,
          9566040,
          9624510,
          9681667,
          9737567,
          9792264,
          9845811,
          9898253,
          9949635,
          10000000
        )
      ),
      (
        CAST(CASE
          WHEN (
            calculated__78
          ) <= 0
          THEN 1
          WHEN (
            calculated__78
          ) >= 50
          THEN 51
          ELSE (
            calculated__78
          ) - -1
        END AS INT)
      ) - 1
    ) AS BIGINT) * 1000000
  ) AS BIGINT) AS calculated__79,
  CAST(CASE
    WHEN calculated__95 > 0
    THEN CASE
      WHEN (
        (
          CAST(calculated__96 AS DECIMAL(38, 0)) * 1000000
        )
      ) >= 0
      THEN (
        (
          (
            (
              CAST(calculated__96 AS DECIMAL(38, 0)) * 1000000
            )
          ) * 2
        ) + (
          calculated__95
        )
      ) DIV (
        (
          calculated__95
        ) * 2
      )
      WHEN (
        (
          CAST(calculated__96 AS DECIMAL(38, 0)) * 1000000
        )
      ) < 0
      THEN -(
        (
          (
            (
              -(
                (
                  CAST(calculated__96 AS DECIMAL(38, 0)) * 1000000
                )
              )
            ) * 2
          ) + (
            calculated__95
          )
        ) DIV (
          (
            calculated__95
          ) * 2
        )
      )
    END
    WHEN calculated__95 < 0
    THEN CASE
      WHEN (
        -(
          CAST(calculated__96 AS DECIMAL(38, 0)) * 1000000
        )
      ) >= 0
      THEN (
        (
          (
            -(
              CAST(calculated__96 AS DECIMAL(38, 0)) * 1000000
            )
          ) * 2
        ) + (
          -calculated__95
        )
      ) DIV (
        (
          -calculated__95
        ) * 2
      )
      WHEN (
        -(
          CAST(calculated__96 AS DECIMAL(38, 0)) * 1000000
        )
      ) < 0
      THEN -(
        (
          (
            (
              -(
                -(
                  CAST(calculated__96 AS DECIMAL(38, 0)) * 1000000
                )
              )
            ) * 2
          ) + (
            -calculated__95
          )
        ) DIV (
          (
            -calculated__95
          ) * 2
        )
      )
    END
  END AS BIGINT) AS calculated__97
FROM calculated_2

-- calculated_4: numbers made of numbers, in millionths
SELECT
  *,
  CAST((
    (
      free_returns * 1000000
    ) - (
      calculated__5
    )
  ) AS BIGINT) AS calculated__6,
  CAST(0 AS BIGINT) AS calculated__7,
  CAST(50000000000000 AS BIGINT) AS calculated__8,
  CAST((
    calculated__15 + calculated__16 + 6000000
  ) AS BIGINT) AS calculated__17,
  CAST(calculated__30 AS BIGINT) AS calculated__31,
  CAST((
    calculated__53 + calculated__54 + 6000000
  ) AS BIGINT) AS calculated__55,
  CAST(calculated__68 AS BIGINT) AS calculated__69,
  CAST(CASE
    WHEN (
      calculated__79
    ) >= 0
    THEN (
      (
        (
          calculated__79
        ) * 2
      ) + (
        1000000
      )
    ) DIV (
      (
        1000000
      ) * 2
    )
    WHEN (
      calculated__79
    ) < 0
    THEN -(
      (
        (
          (
            -(
              calculated__79
            )
          ) * 2
        ) + (
          1000000
        )
      ) DIV (
        (
          1000000
        ) * 2
      )
    )
  END AS BIGINT) AS calculated__80
FROM calculated_3

-- calculated_5: numbers made of numbers, in millionths
SELECT
  *,
  CAST(CASE
    WHEN calculated__6 < calculated__7
    THEN calculated__7
    WHEN calculated__6 > calculated__8
    THEN calculated__8
    ELSE calculated__6
  END AS BIGINT) AS calculated__9,
  CAST(CASE
    WHEN (
      (
        (
          CAST(calculated__15 AS DECIMAL(38, 0)) * 1
        ) + 4000000
      ) * 18000000
    ) >= 0
    THEN (
      (
        (
          (
            (
              CAST(calculated__15 AS DECIMAL(38, 0)) * 1
            ) + 4000000
          ) * 18000000
        ) * 2
      ) + (
        CAST(calculated__17 AS DECIMAL(38, 0)) * 1
      )
    ) DIV (
      (
        CAST(calculated__17 AS DECIMAL(38, 0)) * 1
      ) * 2
    )
    WHEN (
      (
        (
          CAST(calculated__15 AS DECIMAL(38, 0)) * 1
        ) + 4000000
      ) * 18000000
    ) < 0
    THEN -(
      (
        (
          (
            -(
              (
                (
                  CAST(calculated__15 AS DECIMAL(38, 0)) * 1
                ) + 4000000
              ) * 18000000
            )
          ) * 2
        ) + (
          CAST(calculated__17 AS DECIMAL(38, 0)) * 1
        )
      ) DIV (
        (
          CAST(calculated__17 AS DECIMAL(38, 0)) * 1
        ) * 2
      )
    )
  END AS BIGINT) AS calculated__18,
  CAST(0 AS BIGINT) AS calculated__32,
  CAST(CASE
    WHEN (
      (
        (
          CAST(calculated__53 AS DECIMAL(38, 0)) * 1
        ) + 4000000
      ) * 24300000
    ) >= 0
    THEN (
      (
        (
          (
            (
              CAST(calculated__53 AS DECIMAL(38, 0)) * 1
            ) + 4000000
          ) * 24300000
        ) * 2
      ) + (
        CAST(calculated__55 AS DECIMAL(38, 0)) * 1
      )
    ) DIV (
      (
        CAST(calculated__55 AS DECIMAL(38, 0)) * 1
      ) * 2
    )
    WHEN (
      (
        (
          CAST(calculated__53 AS DECIMAL(38, 0)) * 1
        ) + 4000000
      ) * 24300000
    ) < 0
    THEN -(
      (
        (
          (
            -(
              (
                (
                  CAST(calculated__53 AS DECIMAL(38, 0)) * 1
                ) + 4000000
              ) * 24300000
            )
          ) * 2
        ) + (
          CAST(calculated__55 AS DECIMAL(38, 0)) * 1
        )
      ) DIV (
        (
          CAST(calculated__55 AS DECIMAL(38, 0)) * 1
        ) * 2
      )
    )
  END AS BIGINT) AS calculated__56,
  CAST(0 AS BIGINT) AS calculated__70,
  CAST(calculated__80 AS BIGINT) AS calculated__81
FROM calculated_4

-- calculated_6: numbers made of numbers, in millionths
SELECT
  *,
  CAST(calculated__9 AS BIGINT) AS returns_beyond__numerator,
  CAST(calculated__18 AS BIGINT) AS calculated__19,
  CAST(CASE
    WHEN CAST(22500000 AS BIGINT) < calculated__32
    THEN calculated__32
    ELSE CAST(22500000 AS BIGINT)
  END AS BIGINT) AS calculated__33,
  CAST(calculated__56 AS BIGINT) AS calculated__57,
  CAST(CASE
    WHEN CAST(2700000 AS BIGINT) < calculated__70
    THEN calculated__70
    ELSE CAST(2700000 AS BIGINT)
  END AS BIGINT) AS calculated__71,
  CAST(0 AS BIGINT) AS calculated__82
FROM calculated_5

-- calculated_7: numbers made of numbers, in millionths
SELECT
  *,
  CAST(1000000 AS BIGINT) AS returns_beyond__denominator,
  NOT returns_beyond__numerator IS NULL AS returns_beyond__is_assessed,
  CAST(0 AS BIGINT) AS calculated__20,
  CAST(CASE
    WHEN calculated__31 >= calculated__33
    THEN 22500000
    WHEN calculated__31 >= calculated__32
    THEN 0 + CASE
      WHEN (
        (
          calculated__31 - calculated__32
        ) * 22500000
      ) >= 0
      THEN (
        (
          (
            (
              calculated__31 - calculated__32
            ) * 22500000
          ) * 2
        ) + (
          calculated__33 - calculated__32
        )
      ) DIV (
        (
          calculated__33 - calculated__32
        ) * 2
      )
      WHEN (
        (
          calculated__31 - calculated__32
        ) * 22500000
      ) < 0
      THEN -(
        (
          (
            (
              -(
                (
                  calculated__31 - calculated__32
                ) * 22500000
              )
            ) * 2
          ) + (
            calculated__33 - calculated__32
          )
        ) DIV (
          (
            calculated__33 - calculated__32
          ) * 2
        )
      )
    END
    WHEN calculated__31 < calculated__32
    THEN 0
  END AS BIGINT) AS calculated__34,
  CAST(0 AS BIGINT) AS calculated__58,
  CAST(CASE
    WHEN calculated__69 >= calculated__71
    THEN 2700000
    WHEN calculated__69 >= calculated__70
    THEN 0 + CASE
      WHEN (
        (
          calculated__69 - calculated__70
        ) * 2700000
      ) >= 0
      THEN (
        (
          (
            (
              calculated__69 - calculated__70
            ) * 2700000
          ) * 2
        ) + (
          calculated__71 - calculated__70
        )
      ) DIV (
        (
          calculated__71 - calculated__70
        ) * 2
      )
      WHEN (
        (
          calculated__69 - calculated__70
        ) * 2700000
      ) < 0
      THEN -(
        (
          (
            (
              -(
                (
                  calculated__69 - calculated__70
                ) * 2700000
              )
            ) * 2
          ) + (
            calculated__71 - calculated__70
          )
        ) DIV (
          (
            calculated__71 - calculated__70
          ) * 2
        )
      )
    END
    WHEN calculated__69 < calculated__70
    THEN 0
  END AS BIGINT) AS calculated__72,
  CAST(CASE
    WHEN CAST(10000000 AS BIGINT) < calculated__82
    THEN calculated__82
    ELSE CAST(10000000 AS BIGINT)
  END AS BIGINT) AS calculated__83
FROM calculated_6

-- calculated_8: numbers made of numbers, in millionths
SELECT
  *,
  CAST(CASE
    WHEN CAST(18000000 AS BIGINT) < calculated__20
    THEN calculated__20
    ELSE CAST(18000000 AS BIGINT)
  END AS BIGINT) AS calculated__21,
  CAST(calculated__34 AS BIGINT) AS calculated__35,
  CAST(CASE
    WHEN (
      (
        completed * 1000000
      ) - (
        returns_beyond__numerator
      )
    ) < 0
    THEN 0
    ELSE (
      (
        completed * 1000000
      ) - (
        returns_beyond__numerator
      )
    )
  END AS BIGINT) AS calculated__39,
  CAST(CASE WHEN returns_beyond__numerator < 0 THEN 0 ELSE returns_beyond__numerator END AS BIGINT) AS calculated__40,
  CAST(CASE
    WHEN CAST(24300000 AS BIGINT) < calculated__58
    THEN calculated__58
    ELSE CAST(24300000 AS BIGINT)
  END AS BIGINT) AS calculated__59,
  CAST(calculated__72 AS BIGINT) AS calculated__73,
  CAST(CASE
    WHEN calculated__81 >= calculated__83
    THEN 10000000
    WHEN calculated__81 >= calculated__82
    THEN 0 + CASE
      WHEN (
        (
          calculated__81 - calculated__82
        ) * 10000000
      ) >= 0
      THEN (
        (
          (
            (
              calculated__81 - calculated__82
            ) * 10000000
          ) * 2
        ) + (
          calculated__83 - calculated__82
        )
      ) DIV (
        (
          calculated__83 - calculated__82
        ) * 2
      )
      WHEN (
        (
          calculated__81 - calculated__82
        ) * 10000000
      ) < 0
      THEN -(
        (
          (
            (
              -(
                (
                  calculated__81 - calculated__82
                ) * 10000000
              )
            ) * 2
          ) + (
            calculated__83 - calculated__82
          )
        ) DIV (
          (
            calculated__83 - calculated__82
          ) * 2
        )
      )
    END
    WHEN calculated__81 < calculated__82
    THEN 0
  END AS BIGINT) AS calculated__84
FROM calculated_7

-- calculated_9: numbers made of numbers, in millionths
SELECT
  *,
  CAST(CASE
    WHEN calculated__19 >= calculated__21
    THEN 18000000
    WHEN calculated__19 >= calculated__20
    THEN 0 + CASE
      WHEN (
        (
          calculated__19 - calculated__20
        ) * 18000000
      ) >= 0
      THEN (
        (
          (
            (
              calculated__19 - calculated__20
            ) * 18000000
          ) * 2
        ) + (
          calculated__21 - calculated__20
        )
      ) DIV (
        (
          calculated__21 - calculated__20
        ) * 2
      )
      WHEN (
        (
          calculated__19 - calculated__20
        ) * 18000000
      ) < 0
      THEN -(
        (
          (
            (
              -(
                (
                  calculated__19 - calculated__20
                ) * 18000000
              )
            ) * 2
          ) + (
            calculated__21 - calculated__20
          )
        ) DIV (
          (
            calculated__21 - calculated__20
          ) * 2
        )
      )
    END
    WHEN calculated__19 < calculated__20
    THEN 0
  END AS BIGINT) AS calculated__22,
  CAST(CASE WHEN NOT score__left_out THEN calculated__35 END AS BIGINT) AS disputes__numerator,
  CAST((
    calculated__39 + calculated__40 + 6000000
  ) AS BIGINT) AS calculated__41,
  CAST(CASE
    WHEN calculated__57 >= calculated__59
    THEN 24300000
    WHEN calculated__57 >= calculated__58
    THEN 0 + CASE
      WHEN (
        (
          calculated__57 - calculated__58
        ) * 24300000
      ) >= 0
      THEN (
        (
          (
            (
              calculated__57 - calculated__58
            ) * 24300000
          ) * 2
        ) + (
          calculated__59 - calculated__58
        )
      ) DIV (
        (
          calculated__59 - calculated__58
        ) * 2
      )
      WHEN (
        (
          calculated__57 - calculated__58
        ) * 24300000
      ) < 0
      THEN -(
        (
          (
            (
              -(
                (
                  calculated__57 - calculated__58
                ) * 24300000
              )
            ) * 2
          ) + (
            calculated__59 - calculated__58
          )
        ) DIV (
          (
            calculated__59 - calculated__58
          ) * 2
        )
      )
    END
    WHEN calculated__57 < calculated__58
    THEN 0
  END AS BIGINT) AS calculated__60,
  CAST(CASE WHEN NOT score__left_out THEN calculated__73 END AS BIGINT) AS payment__numerator,
  CAST(calculated__84 AS BIGINT) AS calculated__85
FROM calculated_8

-- calculated_10: numbers made of numbers, in millionths
SELECT
  *,
  CAST(calculated__22 AS BIGINT) AS calculated__23,
  CAST(1000000 AS BIGINT) AS disputes__denominator,
  NOT disputes__numerator IS NULL AS disputes__is_assessed,
  CAST(CASE
    WHEN (
      (
        (
          CAST(calculated__39 AS DECIMAL(38, 0)) * 1
        ) + 4000000
      ) * 22500000
    ) >= 0
    THEN (
      (
        (
          (
            (
              CAST(calculated__39 AS DECIMAL(38, 0)) * 1
            ) + 4000000
          ) * 22500000
        ) * 2
      ) + (
        CAST(calculated__41 AS DECIMAL(38, 0)) * 1
      )
    ) DIV (
      (
        CAST(calculated__41 AS DECIMAL(38, 0)) * 1
      ) * 2
    )
    WHEN (
      (
        (
          CAST(calculated__39 AS DECIMAL(38, 0)) * 1
        ) + 4000000
      ) * 22500000
    ) < 0
    THEN -(
      (
        (
          (
            -(
              (
                (
                  CAST(calculated__39 AS DECIMAL(38, 0)) * 1
                ) + 4000000
              ) * 22500000
            )
          ) * 2
        ) + (
          CAST(calculated__41 AS DECIMAL(38, 0)) * 1
        )
      ) DIV (
        (
          CAST(calculated__41 AS DECIMAL(38, 0)) * 1
        ) * 2
      )
    )
  END AS BIGINT) AS calculated__42,
  CAST(calculated__60 AS BIGINT) AS calculated__61,
  CAST(1000000 AS BIGINT) AS payment__denominator,
  NOT payment__numerator IS NULL AS payment__is_assessed,
  CAST(CASE WHEN NOT score__left_out THEN calculated__85 END AS BIGINT) AS volume__numerator
FROM calculated_9

-- calculated_11: numbers made of numbers, in millionths
SELECT
  *,
  CAST(CASE WHEN NOT score__left_out THEN calculated__23 END AS BIGINT) AS feedback__numerator,
  CAST(calculated__42 AS BIGINT) AS calculated__43,
  CAST(CASE WHEN NOT score__left_out THEN calculated__61 END AS BIGINT) AS conduct__numerator,
  CAST(1000000 AS BIGINT) AS volume__denominator,
  NOT volume__numerator IS NULL AS volume__is_assessed
FROM calculated_10

-- calculated_12: numbers made of numbers, in millionths
SELECT
  *,
  CAST(1000000 AS BIGINT) AS feedback__denominator,
  NOT feedback__numerator IS NULL AS feedback__is_assessed,
  CAST(0 AS BIGINT) AS calculated__44,
  CAST(1000000 AS BIGINT) AS conduct__denominator,
  NOT conduct__numerator IS NULL AS conduct__is_assessed
FROM calculated_11

-- calculated_13: numbers made of numbers, in millionths
SELECT
  *,
  CAST(CASE
    WHEN CAST(22500000 AS BIGINT) < calculated__44
    THEN calculated__44
    ELSE CAST(22500000 AS BIGINT)
  END AS BIGINT) AS calculated__45
FROM calculated_12

-- calculated_14: numbers made of numbers, in millionths
SELECT
  *,
  CAST(CASE
    WHEN calculated__43 >= calculated__45
    THEN 22500000
    WHEN calculated__43 >= calculated__44
    THEN 0 + CASE
      WHEN (
        (
          calculated__43 - calculated__44
        ) * 22500000
      ) >= 0
      THEN (
        (
          (
            (
              calculated__43 - calculated__44
            ) * 22500000
          ) * 2
        ) + (
          calculated__45 - calculated__44
        )
      ) DIV (
        (
          calculated__45 - calculated__44
        ) * 2
      )
      WHEN (
        (
          calculated__43 - calculated__44
        ) * 22500000
      ) < 0
      THEN -(
        (
          (
            (
              -(
                (
                  calculated__43 - calculated__44
                ) * 22500000
              )
            ) * 2
          ) + (
            calculated__45 - calculated__44
          )
        ) DIV (
          (
            calculated__45 - calculated__44
          ) * 2
        )
      )
    END
    WHEN calculated__43 < calculated__44
    THEN 0
  END AS BIGINT) AS calculated__46
FROM calculated_13

-- calculated_15: numbers made of numbers, in millionths
SELECT
  *,
  CAST(calculated__46 AS BIGINT) AS calculated__47
FROM calculated_14

-- calculated_16: numbers made of numbers, in millionths
SELECT
  *,
  CAST(CASE WHEN NOT score__left_out THEN calculated__47 END AS BIGINT) AS returns__numerator
FROM calculated_15

-- calculated_17: numbers made of numbers, in millionths
SELECT
  *,
  CAST(1000000 AS BIGINT) AS returns__denominator,
  NOT returns__numerator IS NULL AS returns__is_assessed
FROM calculated_16

-- calculated_18: numbers made of numbers, in millionths
SELECT
  *,
  CAST(CASE
    WHEN NOT score__left_out
    THEN CASE
      WHEN NOT COALESCE(
        calculated__23,
        calculated__35,
        calculated__47,
        calculated__61,
        calculated__73,
        calculated__85
      ) IS NULL
      THEN feedback__numerator + disputes__numerator + returns__numerator + conduct__numerator + payment__numerator + volume__numerator
    END
  END AS BIGINT) AS calculated__89
FROM calculated_17

-- calculated_19: numbers made of numbers, in millionths
SELECT
  *,
  CAST(CASE
    WHEN calculated__89 < 0
    THEN 0
    WHEN calculated__89 > 100000000
    THEN 100000000
    ELSE calculated__89
  END AS BIGINT) AS score__uncapped
FROM calculated_18

-- calculated_20: numbers made of numbers, in millionths
SELECT
  *,
  COALESCE((
    active * 1000000
  ) >= CAST(1000000 AS BIGINT), FALSE) AS cap__0
FROM calculated_19

-- calculated_21: numbers made of numbers, in millionths
SELECT
  *,
  CAST(CASE
    WHEN cap__0 AND score__uncapped > 40000000
    THEN 40000000
    ELSE score__uncapped
  END AS BIGINT) AS score__numerator
FROM calculated_20

-- calculated_22: numbers made of numbers, in millionths
SELECT
  *,
  CAST(1000000 AS BIGINT) AS score__denominator,
  NOT score__numerator IS NULL AS score__is_assessed
FROM calculated_21

-- calculated_23: numbers made of numbers, in millionths
SELECT
  *,
  CAST(CASE WHEN calculated__97 < 0 THEN 0 ELSE calculated__97 END AS BIGINT) AS calculated__98
FROM calculated_22

-- calculated_24: numbers made of numbers, in millionths
SELECT
  *,
  CAST(score__numerator - calculated__98 AS BIGINT) AS calculated__99,
  CAST(score__numerator + calculated__98 AS BIGINT) AS calculated__100
FROM calculated_23

-- calculated_25: numbers made of numbers, in millionths
SELECT
  *,
  CAST(CASE
    WHEN calculated__99 < 0
    THEN 0
    WHEN calculated__99 > 100000000
    THEN 100000000
    ELSE calculated__99
  END AS BIGINT) AS score__lower,
  CAST(CASE
    WHEN calculated__100 < 0
    THEN 0
    WHEN calculated__100 > 100000000
    THEN 100000000
    ELSE calculated__100
  END AS BIGINT) AS calculated__102
FROM calculated_24

-- calculated: numbers made of numbers, in millionths
SELECT
  *,
  CAST(CASE
    WHEN cap__0 AND calculated__102 > 40000000
    THEN 40000000
    ELSE calculated__102
  END AS BIGINT) AS score__upper
FROM calculated_25

-- limited: each limit of each grade, and where it counts as met untested
SELECT
  *,
  COALESCE(
    CASE
      WHEN NOT score__is_assessed
      THEN FALSE
      ELSE score__numerator >= (
        85
      ) * score__denominator
    END,
    FALSE
  ) AS limit__0_0,
  FALSE AS guarded__0_0,
  COALESCE(
    CASE
      WHEN NOT score__is_assessed
      THEN FALSE
      ELSE score__numerator >= (
        70
      ) * score__denominator
    END,
    FALSE
  ) AS limit__1_0,
  FALSE AS guarded__1_0,
  COALESCE(
    CASE
      WHEN NOT score__is_assessed
      THEN FALSE
      ELSE score__numerator >= (
        40
      ) * score__denominator
    END,
    FALSE
  ) AS limit__2_0,
  FALSE AS guarded__2_0
FROM calculated

-- graded: why there is no grade, and the first grade whose limits all hold
SELECT
  *,
  CAST(CASE
    WHEN objections >= 1
    THEN 'objected'
    WHEN counted_orders < 3
    THEN 'new'
    WHEN NOT score__is_assessed
    THEN 'score_not_assessed'
  END AS STRING) AS reason__not_graded,
  CAST(CASE WHEN limit__0_0 THEN 0 WHEN limit__1_0 THEN 1 WHEN limit__2_0 THEN 2 ELSE 3 END AS INT) AS place__reached
FROM limited

-- results: the grade, and the first limit of the next better one that is missed
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
