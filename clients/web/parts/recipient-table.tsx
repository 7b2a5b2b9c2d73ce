import type { Recipient } from "../../../protocol/alarms.ts";
import { names } from "../state/directory.ts";
import { words } from "../state/language.ts";
import { clockTime, span } from "../state/times.ts";
import { ChannelMarks } from "./channels.tsx";
import { ResponseChip, StateChip } from "./marks.tsx";
import { useRowsInSight } from "./rows-in-sight.ts";
import { TableBox } from "./table-box.tsx";

type Moment = "sentAt" | "receivedAt" | "seenAt" | "respondedAt";
const moments = ["sentAt", "receivedAt", "seenAt", "respondedAt"] as const satisfies readonly Moment[];

interface Props {
  recipients: readonly Recipient[];
  /** Shows times as spans since then (ms since 1970), else as times of day. */
  since?: number;
  /** Asked about one of them. */
  ask?: (person: Recipient) => void;
}

/** The name, what the person counts for, and which step called them. */
const PersonName = ({ recipient, ask }: { recipient: Recipient; ask: ((person: Recipient) => void) | undefined }) => {
  const w = words.value.course;
  const { name, fillsRoleId, standBy, step } = recipient;
  const about = [
    fillsRoleId === undefined ? undefined : w.fills(names.value.get(fillsRoleId) ?? "…"),
    standBy === true ? w.standsBy : undefined,
    step === undefined ? undefined : w.byStep(step + 1),
  ].filter((part) => part !== undefined);
  return (
    <>
      {ask === undefined ? (
        name
      ) : (
        <button type="button" class="row-name" onClick={() => ask(recipient)}>
          {name}
          <span class="hidden">, {words.value.why.look}</span>
        </button>
      )}
      {about.length === 0 ? null : <span class="row-about">{about.join(" · ")}</span>}
    </>
  );
};

/** Ten thousand people stay smooth: only the rows in sight are in the document. */
export const RecipientTable = ({ recipients, since, ask }: Props) => {
  const w = words.value.alarm;
  const { box, look, first, last, above, below } = useRowsInSight(recipients.length);
  const time = (at: string | undefined): string => {
    if (at === undefined) return "";
    return since === undefined ? clockTime(at) : span(Math.max(0, Date.parse(at) - since));
  };
  const heads: Record<Moment, string> = {
    sentAt: w.columns.sent,
    receivedAt: w.columns.received,
    seenAt: w.columns.seen,
    respondedAt: w.columns.answered,
  };
  return (
    <TableBox box={box} look={look} label={w.recipients}>
      <table aria-rowcount={recipients.length + 1}>
        <thead>
          <tr>
            <th scope="col">{w.columns.name}</th>
            <th scope="col">{w.columns.state}</th>
            <th scope="col">{w.columns.answer}</th>
            {moments.map((moment) => (
              <th key={moment} scope="col" class="time">
                {heads[moment]}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {above > 0 ? <tr class="gap" style={{ height: `${above}px` }} /> : null}
          {recipients.slice(first, last).map((r, index) => (
            <tr key={r.userId} aria-rowindex={first + index + 2}>
              <th scope="row">
                <PersonName recipient={r} ask={ask} />
              </th>
              <td class="cell-state">
                <StateChip recipient={r} />
                <ChannelMarks channels={r.channels} />
              </td>
              <td class="cell-answer">
                {r.response === undefined ? null : <ResponseChip response={r.response} eta={r.etaMinutes} />}
                {r.text === undefined ? null : <span class="said">“{r.text}”</span>}
              </td>
              {moments.map((moment) => (
                <td key={moment} class="time" data-label={heads[moment]} title={r[moment]}>
                  {time(r[moment])}
                </td>
              ))}
            </tr>
          ))}
          {below > 0 ? <tr class="gap" style={{ height: `${below}px` }} /> : null}
        </tbody>
      </table>
    </TableBox>
  );
};
