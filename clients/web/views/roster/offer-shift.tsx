import { useState } from "preact/hooks";
import { routes } from "../../../../protocol/http/routes.ts";
import type { Shift } from "../../../../protocol/rosters.ts";
import { Ask } from "../../parts/ask.tsx";
import { OneOf } from "../../parts/choice.tsx";
import { Field } from "../../parts/field.tsx";
import { Failure, Loading } from "../../parts/notice.tsx";
import { type Person, PersonSearch } from "../../parts/person-search.tsx";
import { Pick } from "../../parts/pick.tsx";
import { say } from "../../parts/undo.tsx";
import { useAsked } from "../../state/asked.ts";
import { words } from "../../state/language.ts";
import { personName } from "../../state/people.ts";
import { loadAsked } from "../../state/planning.ts";
import { api, me } from "../../state/session.ts";
import { describeShift, explainShift, loadShifts } from "../../state/shifts.ts";

type Way = "everybody" | "named" | "swap";

/** Shifts of colleagues that one may swap with, so far ahead, ms. */
const aheadMs = 35 * 24 * 3_600_000;

/** Asks colleagues to take a shift over, or one of them to swap. Whoever says yes has it; nothing else has to be done. */
export const OfferShift = ({ shift, close }: { shift: Shift; close: () => void }) => {
  const isOwn = shift.userId !== undefined && shift.userId === me.value?.userId;
  const [way, setWay] = useState<Way>("everybody");
  const [people, setPeople] = useState<Person[]>([]);
  const [swapFor, setSwapFor] = useState("");
  const [note, setNote] = useState("");
  const w = words.value.roster;
  const named = people.map(({ userId }) => userId);
  return (
    <Ask
      title={isOwn ? w.offerTitle : w.offerOpenTitle}
      help={describeShift(shift)}
      confirm={way === "swap" ? w.askSwap : w.askColleagues}
      conflict={w.cannotOffer}
      say={explainShift}
      close={close}
      run={async () => {
        const body = {
          ...(way === "named" && named.length > 0 ? { to: named } : {}),
          ...(way === "swap" ? { swapFor } : {}),
          ...(note.trim() === "" ? {} : { note: note.trim() }),
        };
        await api().call(routes.createShiftOffer, { params: { shiftId: shift.shiftId }, body });
        await loadAsked();
        say(w.offered);
      }}
    >
      <OneOf
        label={w.whom}
        name="offer-way"
        value={way}
        options={[
          { value: "everybody", label: w.everybodySuitable },
          { value: "named", label: w.namedPeople },
          ...(isOwn ? [{ value: "swap" as const, label: w.swapWith }] : []),
        ]}
        onChoose={setWay}
      />
      {way === "named" ? <PersonSearch chosen={people} onChoose={setPeople} /> : null}
      {way === "swap" ? <SwapFor chosen={swapFor} onChoose={setSwapFor} /> : null}
      <Field label={w.noteOptional} maxLength={200} value={note} onInput={setNote} />
      <p class="hint">{way === "swap" ? w.consentSwap : w.consent}</p>
    </Ask>
  );
};

/** Shifts of others in one's own roles: one could have those. */
const SwapFor = ({ chosen, onChoose }: { chosen: string; onChoose: (shiftId: string) => void }) => {
  const w = words.value.roster;
  const roles = me.value?.roleIds ?? [];
  const { value, error, again } = useAsked(
    async (signal) => {
      const all = await loadShifts(Date.now(), Date.now() + aheadMs, {}, signal);
      return all.filter(
        ({ userId, roleId, startsAt }) =>
          userId !== undefined &&
          userId !== me.value?.userId &&
          roles.includes(roleId) &&
          Date.parse(startsAt) > Date.now(),
      );
    },
    [roles],
  );
  if (error !== undefined) return <Failure error={error} retry={again} />;
  if (value === undefined) return <Loading />;
  if (value.length === 0) return <p class="quiet">{w.noSwaps}</p>;
  return (
    <Pick
      label={w.swapForShift}
      value={chosen}
      none={w.chooseShift}
      required
      options={value.map((shift) => ({
        value: shift.shiftId,
        label: `${personName(shift.userId ?? "")}: ${describeShift(shift)}`,
      }))}
      onChoose={onChoose}
    />
  );
};
