import { useState } from "preact/hooks";
import { routes } from "../../../protocol/http/routes.ts";
import type { LoneWorkerSession } from "../../../protocol/lone-workers.ts";
import { Link } from "../parts/link.tsx";
import { now } from "../state/clock.ts";
import { names } from "../state/directory.ts";
import { useEvery } from "../state/every.ts";
import { words } from "../state/language.ts";
import { api } from "../state/session.ts";
import { countdown, shortTime } from "../state/times.ts";

const askAgainMs = 15_000;

/** Who works alone right now, the one who has to check in first on top; nothing at all where nobody does. */
export const LoneWorkers = () => {
  const [sessions, setSessions] = useState<readonly LoneWorkerSession[]>([]);
  useEvery(askAgainMs, () => {
    api()
      .call(routes.listLoneWorkerSessions, { query: { limit: 100 } })
      .then(({ items }) => setSessions(items))
      // What is on the screen stays; the next round asks again.
      .catch(() => undefined);
  });
  const w = words.value.alone;
  if (sessions.length === 0) return null;
  return (
    <section aria-labelledby="lone-workers">
      <h2 id="lone-workers">{w.others}</h2>
      <ul class="lone-workers">
        {sessions.map((s) => {
          const left = Date.parse(s.dueAt) - now.value;
          const isDue = s.state === "running" && left <= s.warnSeconds * 1_000;
          const where = [names.value.get(s.zoneId ?? ""), names.value.get(s.siteId ?? ""), s.note];
          return (
            <li key={s.loneWorkerSessionId} class={isDue || s.state === "missed" ? "lone-late" : ""}>
              <strong>{s.name}</strong>
              <span class="quiet">{where.filter((part) => part !== undefined).join(", ")}</span>
              {s.state === "missed" ? (
                s.alarmId === undefined ? (
                  <span>{w.missedShort}</span>
                ) : (
                  <Link to={{ view: "alarm", alarmId: s.alarmId }}>{w.missedShort}</Link>
                )
              ) : (
                <span class="figure">
                  <span aria-hidden="true">{countdown(left)}</span>
                  <span class="hidden">{w.dueAt(shortTime(s.dueAt))}</span>
                </span>
              )}
            </li>
          );
        })}
      </ul>
    </section>
  );
};
