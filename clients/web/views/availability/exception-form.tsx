import { useState } from "preact/hooks";
import type { AvailabilityException } from "../../../../protocol/availability.ts";
import { routes } from "../../../../protocol/http/routes.ts";
import { Ask } from "../../parts/ask.tsx";
import { OneOf, SomeOf } from "../../parts/choice.tsx";
import { serverNow } from "../../state/clock.ts";
import { names } from "../../state/directory.ts";
import { words } from "../../state/language.ts";
import { api, me } from "../../state/session.ts";
import { localInput, timeOfInput } from "../../state/times.ts";

/** The start of tomorrow or of another day, by this computer's clock. */
const midnightIn = (days: number): string => {
  const at = new Date(serverNow());
  at.setHours(0, 0, 0, 0);
  at.setDate(at.getDate() + days);
  return localInput(at.getTime());
};

class WrongTimes extends Error {}

/** A new exception, or a change of one. */
export const ExceptionForm = (props: {
  exception: AvailabilityException | undefined;
  close: () => void;
  saved: () => void;
}) => {
  const before = props.exception;
  const [kind, setKind] = useState<"free" | "away">(before?.available === true ? "free" : "away");
  const [from, setFrom] = useState(before === undefined ? midnightIn(1) : localInput(Date.parse(before.from)));
  const [to, setTo] = useState(before === undefined ? midnightIn(2) : localInput(Date.parse(before.to)));
  const [roleIds, setRoles] = useState<readonly string[]>(before?.roleIds ?? []);
  const [note, setNote] = useState(before?.note ?? "");
  const [isShared, setShared] = useState(before?.shareNote === true);
  const w = words.value.exceptions;
  const roles = [...new Set([...(me.value?.roleIds ?? []), ...roleIds])];

  const save = async (): Promise<void> => {
    const times = { from: timeOfInput(from), to: timeOfInput(to) };
    if (times.from === undefined || times.to === undefined || times.from >= times.to) throw new WrongTimes();
    const said = note.trim();
    const sure = { from: times.from, to: times.to, available: kind === "free" };
    if (before === undefined)
      await api().call(routes.createAvailabilityException, {
        body: {
          ...sure,
          ...(roleIds.length === 0 ? {} : { roleIds: [...roleIds] }),
          ...(said === "" ? {} : { note: said, ...(isShared ? { shareNote: true as const } : {}) }),
        },
      });
    else
      await api().call(routes.patchAvailabilityException, {
        params: { exceptionId: before.exceptionId },
        body: {
          ...sure,
          roleIds: roleIds.length === 0 ? null : [...roleIds],
          note: said === "" ? null : said,
          shareNote: said !== "" && isShared ? true : null,
        },
      });
    props.saved();
  };

  return (
    <Ask
      title={before === undefined ? w.addTitle : w.editTitle}
      help={w.help}
      confirm={w.save}
      conflict={w.tooMany}
      say={(error) => (error instanceof WrongTimes ? w.wrong : undefined)}
      close={props.close}
      run={save}
    >
      <OneOf
        label={w.kind}
        name="exception-kind"
        value={kind}
        options={[
          { value: "away", label: words.value.availability.unavailable },
          { value: "free", label: words.value.availability.available },
        ]}
        onChoose={setKind}
      />
      <div class="pair pair-wraps">
        <label>
          {w.from}
          <input
            class="input"
            type="datetime-local"
            required
            value={from}
            onInput={(event) => setFrom(event.currentTarget.value)}
          />
        </label>
        <label>
          {w.to}
          <input
            class="input"
            type="datetime-local"
            required
            value={to}
            onInput={(event) => setTo(event.currentTarget.value)}
          />
        </label>
      </div>
      <SomeOf
        label={words.value.week.onlyRoles}
        options={roles.map((roleId) => ({ value: roleId, label: names.value.get(roleId) ?? "…" }))}
        chosen={roleIds}
        onChoose={setRoles}
      />
      <label>
        {words.value.when.note}
        <input class="input" maxLength={200} value={note} onInput={(event) => setNote(event.currentTarget.value)} />
      </label>
      {note.trim() === "" ? null : (
        <label class="check">
          <input type="checkbox" checked={isShared} onChange={(event) => setShared(event.currentTarget.checked)} />
          <span>{words.value.when.share}</span>
        </label>
      )}
    </Ask>
  );
};
