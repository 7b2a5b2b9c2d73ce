import { useId, useState } from "preact/hooks";
import { routes } from "../../../protocol/http/routes.ts";
import type { RollCall } from "../../../protocol/roll-calls.ts";
import { words } from "../state/language.ts";
import { explain } from "../state/problems.ts";
import { showRollCall } from "../state/roll-calls.ts";
import { api } from "../state/session.ts";
import { count } from "../state/times.ts";

/** Visitors have no account: they are counted, per muster point, against the reception's number. */
export const Visitors = ({ rollCall }: { rollCall: RollCall }) => {
  const [problem, setProblem] = useState<string | undefined>(undefined);
  const [expected, setExpected] = useState<string | undefined>(undefined);
  const id = useId();
  const w = words.value.muster;
  const { rollCallId, totals, musterPoints } = rollCall;
  const isOpen = rollCall.state === "open";
  const nowhere = musterPoints.find((p) => p.musterPointId === undefined)?.visitors ?? 0;
  const places = [
    ...musterPoints.filter((p) => p.musterPointId !== undefined),
    { musterPointId: undefined, name: w.nowhere, visitors: nowhere },
  ];

  const put = async (musterPointId: string | undefined, accounted: number, all?: number): Promise<void> => {
    setProblem(undefined);
    const body = {
      accounted: Math.max(0, accounted),
      ...(musterPointId === undefined ? {} : { musterPointId }),
      ...(all === undefined ? {} : { expected: all }),
    };
    try {
      showRollCall(await api().call(routes.putVisitors, { params: { rollCallId }, body }));
      setExpected(undefined);
    } catch (error) {
      setProblem(explain(error));
    }
  };

  return (
    <section class="panel" aria-labelledby={id}>
      <h2 id={id}>{w.visitors}</h2>
      <p role="status">{w.visitorsNow(count(totals.visitors.accounted), count(totals.visitors.expected))}</p>
      {isOpen ? (
        <form
          class="verify-form"
          onSubmit={(event) => {
            event.preventDefault();
            const all = Number(expected);
            if (expected !== undefined && Number.isInteger(all) && all >= 0) void put(undefined, nowhere, all);
          }}
        >
          <label for={`${id}-expected`}>{w.visitorsExpected}</label>
          <input
            id={`${id}-expected`}
            class="input"
            type="number"
            min={0}
            max={100_000}
            value={expected ?? String(totals.visitors.expected)}
            onInput={(event) => setExpected(event.currentTarget.value)}
          />
          <button type="submit" class="button" disabled={expected === undefined}>
            {w.save}
          </button>
        </form>
      ) : null}
      <ul class="visitor-points">
        {places.map(({ musterPointId, name, visitors }) => (
          <li key={musterPointId ?? "none"}>
            <span>{name}</span>
            {isOpen ? (
              <button
                type="button"
                class="button"
                disabled={visitors === 0}
                aria-label={w.oneLess(name ?? "")}
                onClick={() => void put(musterPointId, visitors - 1)}
              >
                −
              </button>
            ) : null}
            <strong class="figure">{count(visitors)}</strong>
            {isOpen ? (
              <button
                type="button"
                class="button"
                aria-label={w.oneMore(name ?? "")}
                onClick={() => void put(musterPointId, visitors + 1)}
              >
                +
              </button>
            ) : null}
          </li>
        ))}
      </ul>
      <p class="field-problem" role="alert">
        {problem ?? ""}
      </p>
    </section>
  );
};
