"""What was carried out, and where it stands on a day: in force, proposed, or over."""
# ruff: noqa: S608 -- our own names; values are bound

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Literal

from goodstanding.assessment.millionths import MILLION
from goodstanding.days import ONE_DAY
from goodstanding.rows.subjects import called

if TYPE_CHECKING:
    from goodstanding.database.database import Database
    from goodstanding.rulebook.model import Confidence

EffectStatus = Literal["to come", "in force", "proposed", "declined", "lifted", "ended"]
RUNNING: frozenset[EffectStatus] = frozenset({"to come", "in force", "proposed"})
CHANGES = ("approved", "declined", "lifted", "ended")


@dataclass(frozen=True, slots=True, kw_only=True)
class EffectTold:
    """An effect, or a sanction of a ladder, that a publication started or proposed.

    `ladder` and `at` (the total that led to it) are those of a sanction. `from_on` to `until_on`,
    both included, are the days on which it was, is or would be in force, as far as is known on
    the day asked about; `until_on` None: as long as the standing, or until a person ends it.
    `decided_by` approved or declined it, `lifted_by` ended it; `ended_because` says why it
    ended without a person: time, standing (the next one no longer had it), replaced, restated.
    `confidence` is how sure the rule is that leads to it. `carried_out_at` is the instant of the
    publication (naive UTC).
    """

    effect_id: str
    rulebook_id: str
    version: date
    subject_kind: str
    subject_id: str
    does: str
    amount: int | None
    ladder: str | None
    at: float | None
    from_on: date
    until_on: date | None
    status: EffectStatus
    is_proposed: bool
    confidence: Confidence
    decided_by: str | None
    decided_on: date | None
    lifted_by: str | None
    ended_because: str | None
    publication_no: int
    as_of: date
    is_of_restatement: bool
    carried_out_at: datetime

    @property
    def is_running(self) -> bool:
        """Whether it is in force, to come, or waits for a person."""
        return self.status in RUNNING

    @property
    def what(self) -> str:
        """What it is, in a few words: `3 showcase slots`, `freeze at 12`."""
        if self.at is not None:
            return f"{self.does} at {self.at:g}"
        if self.amount is None:
            return self.does
        return f"{self.amount} {self.does} slot{'' if self.amount == 1 else 's'}"


def listed(
    database: Database,
    *,
    as_of: date,
    rulebook_id: str | None = None,
    subject_id: str | None = None,
    every: bool = False,
) -> list[EffectTold]:
    """Return what is in force, to come or proposed on a day, the earliest first.

    With `every` also what is over, or was declined or lifted by then.
    """
    rows = kept(
        database,
        rulebook_id=rulebook_id,
        subject_id=subject_id,
        running_on=None if every else as_of,
    )
    found = [each for each in (told(row, as_of) for row in rows) if every or each.is_running]
    return sorted(found, key=lambda each: (each.from_on, each.publication_no, each.effect_id))


def kept(
    database: Database,
    *,
    rulebook_id: str | None = None,
    subject_id: str | None = None,
    effect_ids: Collection[str] | None = None,
    running_on: date | None = None,
) -> list[dict[str, Any]]:
    """Return what is kept of effects, with the day of each change and who made it, or why.

    With `running_on` what was over before that day is left out.
    """
    asked = {
        "rulebook_id": rulebook_id,
        "effect_ids": None if effect_ids is None else list(effect_ids),
        "subject_id": subject_id,
        "running_on": running_on,
    }
    return [
        dict(zip(_NAMES, row, strict=True))
        for (kind,) in database.rows("select distinct subject_kind from effects")
        for row in database.rows(_sql(kind), {**asked, "kind": kind})
    ]


_NAMES = (
    "effect_id",
    "rulebook_id",
    "version",
    "subject_id",
    "subject_kind",
    "part",
    "does",
    "amount",
    "reached_at",
    "first_on",
    "last_on",
    "is_proposed",
    "confidence",
    "publication_no",
    "as_of",
    "restates",
    "published_at",
    *(f"{change}_on" for change in CHANGES),
    *(f"{change}_by" for change in CHANGES),
)


def _sql(kind: str) -> str:
    sql = called(kind, "effects.subject_no")
    told = ", ".join(
        f"max({column}) filter (change = '{change}') as {change}_{name}"
        for name, column in (("on", "on_day"), ("by", "coalesce(said_by, because)"))
        for change in CHANGES
    )
    changed = ", ".join(f"{change}_{name}" for name in ("on", "by") for change in CHANGES)
    return f"""
        select effects.effect_id, effects.rulebook_id, effects.version, {sql.id}, subject_kind,
          part, does, amount, reached_at, first_on, last_on, is_proposed,
          confidence, effects.publication_no, as_of, restates, published_at, {changed}
        from effects
        join publications using (publication_no)
        {sql.joins}
        left join (select effect_id, {told} from effect_changes group by effect_id) as changes
          on changes.effect_id = effects.effect_id
        where subject_kind = $kind
          and ($rulebook_id is null or effects.rulebook_id = $rulebook_id)
          and ($effect_ids is null
            or effects.effect_id in (select unnest($effect_ids::varchar[])))
          and ($running_on is null or (
            coalesce(
              last_on + greatest(coalesce(approved_on - first_on, 0), 0)::integer
              >= $running_on::date, true
            )
            and coalesce(coalesce(ended_on, lifted_on, declined_on) > $running_on::date, true)
          ))
          and ($subject_id is null or {sql.id} = $subject_id)
    """


def told(row: Mapping[str, Any], as_of: date, *, changes: Collection[str] = CHANGES) -> EffectTold:
    """Return an effect as it stood on a day, by these changes only."""
    changed = {
        change: row[f"{change}_on"]
        for change in CHANGES
        if change in changes and row[f"{change}_on"] is not None and row[f"{change}_on"] <= as_of
    }
    from_on = max(row["first_on"], changed.get("approved", row["first_on"]))
    last = _last_on(row, from_on)
    ends = [changed[change] - ONE_DAY for change in ("lifted", "ended") if change in changed]
    until = min((day for day in (*ends, last) if day is not None), default=None)
    decided = next((change for change in ("approved", "declined") if change in changed), None)
    by_a_person = not changed.keys().isdisjoint({"declined", "lifted"})
    ladder = row["part"].removeprefix("ladder.") if row["part"] != row["does"] else None
    return EffectTold(
        effect_id=row["effect_id"],
        rulebook_id=row["rulebook_id"],
        version=row["version"],
        subject_kind=row["subject_kind"],
        subject_id=row["subject_id"],
        does=row["does"],
        amount=row["amount"],
        ladder=ladder,
        at=None if row["reached_at"] is None else row["reached_at"] / MILLION,
        from_on=from_on,
        until_on=until,
        status=_status(row, changed, from_on, last, as_of),
        is_proposed=row["is_proposed"],
        confidence=row["confidence"],
        decided_by=None if decided is None else row[f"{decided}_by"],
        decided_on=None if decided is None else changed[decided],
        lifted_by=row["lifted_by"] if "lifted" in changed else None,
        ended_because=row["ended_by"] if "ended" in changed and not by_a_person else None,
        publication_no=row["publication_no"],
        as_of=row["as_of"],
        is_of_restatement=row["restates"] is not None,
        carried_out_at=row["published_at"],
    )


def _last_on(row: Mapping[str, Any], from_on: date) -> date | None:
    """Return the last day of an effect that begins on a day, as `books.EFFECTS` has it."""
    last: date | None = row["last_on"]
    is_sanction = row["part"] != row["does"]
    return last if last is None or is_sanction else last + (from_on - row["first_on"])


def _status(
    row: Mapping[str, Any],
    changed: Mapping[str, date],
    from_on: date,
    last_on: date | None,
    as_of: date,
) -> EffectStatus:
    for change in ("declined", "lifted"):
        if change in changed:
            return "declined" if change == "declined" else "lifted"
    if "ended" in changed or (last_on is not None and last_on < as_of):
        return "ended"
    if row["is_proposed"] and "approved" not in changed:
        return "proposed"
    return "in force" if from_on <= as_of else "to come"
