import { useEffect, useRef, useState } from "preact/hooks";
import type { Recipient } from "../../../protocol/alarms.ts";
import { names } from "../state/directory.ts";
import { words } from "../state/language.ts";
import { clockTime, span } from "../state/times.ts";
import { ChannelMarks } from "./channels.tsx";
import { ResponseChip, StateChip } from "./marks.tsx";

/** Rows outside the window that are rendered as well, so that scrolling shows no holes. */
const spare = 8;

/** Which rows of a long list are in sight. All rows have the height that the style sheet gives the first one. */
const useWindow = (rows: number) => {
  const box = useRef<HTMLDivElement>(null);
  const [view, setView] = useState({ first: 0, visible: 30, height: 48 });
  const look = (): void => {
    const { current } = box;
    if (current === null) return;
    const height = current.querySelector("tbody tr[aria-rowindex]")?.getBoundingClientRect().height || 48;
    const first = Math.max(0, Math.floor(current.scrollTop / height) - spare);
    const visible = Math.ceil(current.clientHeight / height) + 2 * spare;
    setView((v) =>
      v.first === first && v.visible === visible && v.height === height ? v : { first, visible, height },
    );
  };
  useEffect(look, [rows]);
  useEffect(() => {
    addEventListener("resize", look);
    return () => removeEventListener("resize", look);
  }, []);
  const first = Math.min(view.first, Math.max(0, rows - view.visible));
  const last = Math.min(rows, first + view.visible);
  return { box, look, first, last, above: first * view.height, below: (rows - last) * view.height };
};

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
  const { box, look, first, last, above, below } = useWindow(recipients.length);
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
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by the keyboard
    <section class="table-box" ref={box} onScroll={look} tabIndex={0} aria-label={w.recipients}>
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
    </section>
  );
};
