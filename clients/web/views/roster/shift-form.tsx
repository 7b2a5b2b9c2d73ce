import { useState } from "preact/hooks";
import { routes } from "../../../../protocol/http/routes.ts";
import type { User } from "../../../../protocol/people.ts";
import type { NewShift, Shift } from "../../../../protocol/rosters.ts";
import { Ask } from "../../parts/ask.tsx";
import { Field } from "../../parts/field.tsx";
import { Failure } from "../../parts/notice.tsx";
import { Pick, PickRole, PickSite } from "../../parts/pick.tsx";
import { say } from "../../parts/undo.tsx";
import { useAsked } from "../../state/asked.ts";
import { directory } from "../../state/directory.ts";
import { words } from "../../state/language.ts";
import { fullName, personName } from "../../state/people.ts";
import { api, me } from "../../state/session.ts";
import { addShift, changeShift, describeShift, explainShift, removeShift } from "../../state/shifts.ts";
import { localOf, momentOf, zoneOf } from "../../state/zoned.ts";

interface Draft {
  siteId: string;
  roleId: string;
  start: string;
  end: string;
  userId: string;
  note: string;
}

interface Props {
  shift?: Shift;
  /** Of a new one: what the week shows. */
  day?: string;
  siteId?: string;
  roleId?: string;
  close: () => void;
  changed: () => void;
  /** Goes on with asking colleagues. */
  offer?: () => void;
}

const only = <T,>(list: readonly T[] | undefined): T | undefined => (list?.length === 1 ? list[0] : undefined);

const draftOf = ({ shift, day = "", siteId = "", roleId = "" }: Props): Draft => {
  if (shift === undefined)
    return {
      siteId: siteId === "" ? (only(directory.value?.sites)?.siteId ?? "") : siteId,
      roleId: roleId === "" ? (only(directory.value?.roles)?.roleId ?? "") : roleId,
      start: `${day}T09:00`,
      end: `${day}T17:00`,
      userId: "",
      note: "",
    };
  const zone = zoneOf(shift.siteId);
  return {
    siteId: shift.siteId,
    roleId: shift.roleId,
    start: localOf(shift.startsAt, zone),
    end: localOf(shift.endsAt, zone),
    userId: shift.userId ?? "",
    note: shift.note ?? "",
  };
};

const factsOf = ({ siteId, roleId, start, end, userId, note }: Draft): NewShift => {
  const zone = zoneOf(siteId);
  return {
    siteId,
    roleId,
    startsAt: momentOf(start, zone) ?? "",
    endsAt: momentOf(end, zone) ?? "",
    ...(userId === "" ? {} : { userId }),
    ...(note.trim() === "" ? {} : { note: note.trim() }),
  };
};

/** A shift, new or as it was. */
export const ShiftForm = (props: Props) => {
  const { shift, close, changed } = props;
  const [draft, setDraft] = useState(() => draftOf(props));
  const [isRemoving, setRemoving] = useState(false);
  const edit = (part: Partial<Draft>): void => setDraft((d) => ({ ...d, ...part }));
  const w = words.value.roster;

  const remove = async (): Promise<void> => {
    if (shift === undefined) return;
    const undo = await removeShift(shift);
    changed();
    say(w.removed(describeShift(shift)), async () => {
      await undo();
      changed();
    });
  };
  const save = async (): Promise<void> => {
    const facts = factsOf(draft);
    const undo = shift === undefined ? await addShift(facts) : await changeShift(shift, facts);
    changed();
    say(shift === undefined ? w.added : w.changed, async () => {
      await undo();
      changed();
    });
  };

  if (isRemoving && shift !== undefined)
    return (
      <Ask
        key="remove"
        title={w.removeTitle}
        help={`${describeShift(shift)}. ${shift.userId === undefined ? "" : w.removeHelp(personName(shift.userId))}`}
        confirm={words.value.planning.remove}
        close={close}
        run={remove}
      />
    );
  return (
    <Ask
      key="edit"
      title={shift === undefined ? w.addShift : w.changeShift}
      help={w.localTime}
      confirm={words.value.muster.save}
      say={explainShift}
      close={close}
      run={save}
    >
      <div class="fields">
        <PickSite
          value={draft.siteId}
          none={words.value.presence.chooseSite}
          required
          onChoose={(siteId) => edit({ siteId })}
        />
        <PickRole
          value={draft.roleId}
          none={words.value.planning.chooseRole}
          required
          onChoose={(roleId) => edit({ roleId })}
        />
        <Field
          label={w.start}
          type="datetime-local"
          required
          value={draft.start}
          // An end on the day of the old start goes along: another day means the same hours there.
          onInput={(start) => edit({ start, ...(moved(draft, start) ?? {}) })}
        />
        <Field label={w.end} type="datetime-local" required value={draft.end} onInput={(end) => edit({ end })} />
      </div>
      <Holder roleId={draft.roleId} userId={draft.userId} onChoose={(userId) => edit({ userId })} />
      <Field label={w.noteOptional} maxLength={200} value={draft.note} onInput={(note) => edit({ note })} />
      {shift === undefined ? null : (
        <p class="row-actions">
          {mayOffer(shift) && props.offer !== undefined ? (
            <button type="button" class="button" onClick={props.offer}>
              {w.askColleaguesFirst}
            </button>
          ) : null}
          <RemoveButton shift={shift} remove={remove} close={close} confirm={() => setRemoving(true)} />
        </p>
      )}
    </Ask>
  );
};

const moved = ({ start, end }: Draft, next: string): Partial<Draft> | undefined =>
  start.slice(0, 10) === end.slice(0, 10) && next.length >= 10 ? { end: next.slice(0, 10) + end.slice(10) } : undefined;

/** Nobody's, by those who lead; or one's own. Whoever else has it offers it themselves. */
const mayOffer = ({ userId, startsAt }: Shift): boolean =>
  Date.parse(startsAt) > Date.now() && (userId === undefined || userId === me.value?.userId);

/** Of a shift that somebody has it asks first: they may count on it. Of an open one it can be taken back. */
const RemoveButton = (props: { shift: Shift; remove: () => Promise<void>; close: () => void; confirm: () => void }) => {
  const [error, setError] = useState<unknown>(undefined);
  const press = (): void => {
    if (props.shift.userId !== undefined) props.confirm();
    else props.remove().then(props.close, setError);
  };
  return (
    <>
      <button type="button" class="button button-plain" onClick={press}>
        {words.value.roster.removeShift}
      </button>
      {error === undefined ? null : <Failure error={error} />}
    </>
  );
};

/** Everybody with the role; whoever has it now is there too. */
const Holder = (props: { roleId: string; userId: string; onChoose: (userId: string) => void }) => {
  const { roleId, userId, onChoose } = props;
  const w = words.value.roster;
  const { value, error, again } = useAsked(
    async (signal) => {
      const all: User[] = [];
      if (roleId === "") return all;
      for await (const user of api().items(routes.listUsers, { query: { role: roleId, limit: 200 }, signal }))
        if (user.enabled && user.permission !== "wallboard") all.push(user);
      return all;
    },
    [roleId],
  );
  const options = (value ?? []).map((user) => ({ value: user.userId, label: fullName(user) }));
  const isListed = userId === "" || options.some((option) => option.value === userId);
  return (
    <>
      {error === undefined ? null : <Failure error={error} retry={again} />}
      <Pick
        label={w.holder}
        value={userId}
        none={w.nobodyYet}
        options={isListed ? options : [{ value: userId, label: personName(userId) }, ...options]}
        onChoose={onChoose}
      />
    </>
  );
};
