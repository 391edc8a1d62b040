"""What people decide about effects: a proposed one is approved or declined, one in force lifted."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Literal

from goodstanding.database.alike import most_alike
from goodstanding.days import ONE_DAY
from goodstanding.effects import writing_notices
from goodstanding.effects.listing import EffectTold, kept, told
from goodstanding.errors import ArgumentInvalid, EffectUnknown, near

if TYPE_CHECKING:
    from goodstanding.database.database import Database

Verdict = Literal["approve", "decline", "lift"]
_DONE: dict[Verdict, str] = {"approve": "approved", "decline": "declined", "lift": "lifted"}


def decide(
    database: Database, effect_id: str, verdict: Verdict, *, by: str, on: date, at: datetime
) -> EffectTold:
    """Write down what a person decided of an effect, and that its subject is to be told.

    It holds from the day `on`. Deciding the same again changes nothing. Raises `EffectUnknown`,
    or `ArgumentInvalid` where there is nothing to decide, it was decided otherwise, or the day
    lies before the effect was known of.
    """
    effect = _named(database, effect_id, on)
    change = _DONE[verdict]
    if _is_decided(database, effect_id, change):
        return effect
    _check(effect, verdict)
    _check_day(effect, on)
    kind = "started" if verdict == "approve" else "ended"
    with database.transaction():
        database.execute(
            "insert into effect_changes values ($id, $change, null, $on, null, $by, $at)",
            {"id": effect_id, "change": change, "on": on, "by": by, "at": at},
        )
        writing_notices.of_effects(
            database,
            "select effect_id, $kind as kind, publication_no, $on as about_on from effects "
            "where effect_id = $id",
            {"id": effect_id, "kind": kind, "on": on, "at": at},
        )
    return _named(database, effect_id, on)


def _named(database: Database, effect_id: str, on: date) -> EffectTold:
    found = kept(database, effect_ids=[effect_id])
    if not found:
        # Those of buyers are shown to nobody who does not say why.
        shown = "subject_kind <> 'buyer'"
        raise EffectUnknown(
            f"no effect '{effect_id}' is known to this market.",
            hint=near(
                effect_id, most_alike(database, "effects", "effect_id", effect_id, where=shown)
            )
            or "goodstanding effects list prints them, once something was published.",
        )
    (effect,) = found
    ended_on = effect["ended_on"]
    # Whose end was told is over, also for a decision that is written down late.
    return told(effect, on if ended_on is None else max(on, ended_on))


def _is_decided(database: Database, effect_id: str, change: str) -> bool:
    said = {"id": effect_id, "change": change}
    sql = "select 1 from effect_changes where effect_id = $id and change = $change"
    return bool(database.rows(sql, said))


def _check(effect: EffectTold, verdict: Verdict) -> None:
    wants = {"proposed"} if verdict != "lift" else {"in force", "to come"}
    if effect.status in wants:
        return
    said = f"'{effect.effect_id}' is {effect.status}"
    if effect.lifted_by is not None:
        said += f" by {effect.lifted_by}"
    elif effect.decided_by is not None:
        done = "declined" if effect.status == "declined" else "approved"
        said += f": {effect.decided_by} {done} it on {effect.decided_on}"
    hint = {
        "proposed": "Approve or decline it: goodstanding effects decide ID --by NAME --approve",
        "in force": "To end it: goodstanding effects lift ID --by NAME",
        "to come": "To end it: goodstanding effects lift ID --by NAME",
    }.get(effect.status, "What is over stays so; the next publication says what follows then.")
    raise ArgumentInvalid(f"there is nothing to {verdict}: {said}.", hint=hint)


def _check_day(effect: EffectTold, on: date) -> None:
    """Hold that what is decided was known of: it starts from what was assessed after its day."""
    if on <= effect.as_of:
        raise ArgumentInvalid(
            f"a decision of {on} cannot be about '{effect.effect_id}', which follows from "
            f"{effect.rulebook_id} as of {effect.as_of}.",
            hint=f"Name an instant from {effect.as_of + ONE_DAY} on, or none: then it is now.",
        )
