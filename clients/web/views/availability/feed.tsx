import { useState } from "preact/hooks";
import type { CalendarFeed } from "../../../../protocol/availability.ts";
import { routes } from "../../../../protocol/http/routes.ts";
import { Ask } from "../../parts/ask.tsx";
import { CopyField } from "../../parts/copy-field.tsx";
import { Failure, Loading } from "../../parts/notice.tsx";
import { words } from "../../state/language.ts";
import { useLoaded } from "../../state/loaded.ts";
import { hasCode } from "../../state/problems.ts";
import { api } from "../../state/session.ts";
import { timeOrDay } from "../../state/times.ts";

/** `null`: there is none. */
const load = async (signal: AbortSignal): Promise<CalendarFeed | null> => {
  try {
    return await api().call(routes.getCalendarFeed, { signal });
  } catch (error) {
    if (hasCode(error, "not_found")) return null;
    throw error;
  }
};

/** The private address at which a calendar program reads the person's availability: make, copy, renew, end. */
export const Feed = () => {
  const feed = useLoaded(load);
  const [asking, setAsking] = useState<"renew" | "remove" | undefined>(undefined);
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(undefined);
  const w = words.value.feed;
  const { value } = feed;
  const make = async (): Promise<void> => feed.set(await api().call(routes.createCalendarFeed));
  const first = async (): Promise<void> => {
    setBusy(true);
    setError(undefined);
    try {
      await make();
    } catch (reason) {
      setError(reason);
    }
    setBusy(false);
  };
  return (
    <section class="panel" aria-labelledby="feed">
      <h2 id="feed">{w.title}</h2>
      <p class="hint">{w.help}</p>
      {feed.error === undefined ? null : <Failure error={feed.error} retry={feed.reload} />}
      {value === undefined && feed.error === undefined ? <Loading /> : null}
      {value === null ? (
        <button type="button" class="button own-wide" disabled={isBusy} onClick={() => void first()}>
          {w.make}
        </button>
      ) : null}
      {error === undefined ? null : <Failure error={error} />}
      {value === undefined || value === null ? null : (
        <>
          <CopyField label={w.address} value={value.url} />
          <p class="hint">
            {w.secret} {w.since(timeOrDay(value.createdAt))}.
          </p>
          <div class="row-tools">
            <button type="button" class="button" onClick={() => setAsking("renew")}>
              {w.renew}
            </button>
            <button type="button" class="button" onClick={() => setAsking("remove")}>
              {w.remove}
            </button>
          </div>
        </>
      )}
      {asking === "renew" ? (
        <Ask title={w.renewTitle} help={w.renewHelp} confirm={w.renew} close={() => setAsking(undefined)} run={make} />
      ) : null}
      {asking === "remove" ? (
        <Ask
          title={w.removeTitle}
          help={w.removeHelp}
          confirm={w.remove}
          close={() => setAsking(undefined)}
          run={async () => {
            await api().call(routes.deleteCalendarFeed);
            feed.set(null);
          }}
        />
      ) : null}
    </section>
  );
};
