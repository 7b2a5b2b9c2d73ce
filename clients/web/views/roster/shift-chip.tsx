import type { ComponentChildren } from "preact";
import type { Shift } from "../../../../protocol/rosters.ts";
import { Icon } from "../../parts/icon.tsx";
import { minute } from "../../state/clock.ts";
import { words } from "../../state/language.ts";
import { personName } from "../../state/people.ts";
import { mayCoordinate, me } from "../../state/session.ts";
import { dayOf, timeOf, weekdayName, weekdayOf, zoneOf } from "../../state/zoned.ts";

interface Props {
  shift: Shift;
  goesOn: boolean;
  /** What the place of the shift does not say already. */
  about?: string;
  edit: (shift: Shift) => void;
  offer: (shift: Shift) => void;
}

/** A shift on one of its days: from, until, and who has it. Pressed by those who may do something with it. */
export const ShiftChip = ({ shift, goesOn, about, edit, offer }: Props) => {
  const w = words.value.roster;
  const { siteId, startsAt, endsAt, userId, warnedAt, note } = shift;
  const zone = zoneOf(siteId);
  const isOwn = userId !== undefined && userId === me.value?.userId;
  const isFuture = Date.parse(startsAt) > minute.value;
  const endDay = dayOf(endsAt, zone);
  const until =
    endDay === dayOf(startsAt, zone)
      ? timeOf(endsAt, zone)
      : `${weekdayName(weekdayOf(endDay))} ${timeOf(endsAt, zone)}`;
  const inside: ComponentChildren = (
    <>
      <span class="shift-time figure">{goesOn ? w.goesOnUntil(until) : `${timeOf(startsAt, zone)} – ${until}`}</span>
      <span class="shift-who">
        {userId === undefined ? (
          <>
            <Icon name="question" size={15} /> {w.open}
          </>
        ) : (
          <>
            {personName(userId)}
            {isOwn ? <span class="hidden"> ({w.you})</span> : null}
          </>
        )}
      </span>
      {about === undefined ? null : <span class="shift-about">{about}</span>}
      {note === undefined ? null : <span class="shift-about">{note}</span>}
      {userId === undefined && warnedAt !== undefined ? (
        <span class="shift-warned">
          <Icon name="bell" size={14} /> {w.warned}
        </span>
      ) : null}
    </>
  );
  const kind = `shift${userId === undefined ? " shift-open" : ""}${isOwn ? " shift-own" : ""}${goesOn ? " shift-goes-on" : ""}`;
  if (mayCoordinate.value)
    return (
      <button type="button" class={kind} onClick={() => edit(shift)}>
        {inside}
      </button>
    );
  if (isOwn && isFuture)
    return (
      <button type="button" class={kind} onClick={() => offer(shift)}>
        {inside}
      </button>
    );
  return <div class={kind}>{inside}</div>;
};
