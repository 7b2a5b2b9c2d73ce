import { useEffect, useState } from "preact/hooks";
import type { Calendar } from "../../../../protocol/availability.ts";
import { routes } from "../../../../protocol/http/routes.ts";
import { Ask } from "../../parts/ask.tsx";
import { Icon } from "../../parts/icon.tsx";
import { Empty, Failure, Loading } from "../../parts/notice.tsx";
import { words } from "../../state/language.ts";
import { useLoaded } from "../../state/loaded.ts";
import { loadOwnWeek } from "../../state/own-week.ts";
import { api } from "../../state/session.ts";
import { nearTime } from "../../state/times.ts";
import { CalendarForm } from "./calendar-form.tsx";

/** While an address is being read the list is asked for again after so long, ms: reading takes seconds. */
const waitMs = 2_000;
/** An address that fails as before looks the same after it was read again: then this much is enough, ms. */
const longestWaitMs = 20_000;

type Open = { is: "new" } | { is: "file" | "remove"; calendar: Calendar } | undefined;

/** Calendars whose busy times make the person unavailable, and how reading each of them goes. */
export const Calendars = () => {
  const loaded = useLoaded(async (signal) => (await api().call(routes.listCalendars, { signal })).items);
  const [open, setOpen] = useState<Open>(undefined);
  const w = words.value.calendars;
  const list = loaded.value;
  const states = list?.map(({ calendarId, state, readAt, busy }) => [calendarId, state, readAt, busy].join()).join(" ");
  useEffect(() => {
    if (states === undefined) return;
    // What was read now decides.
    void loadOwnWeek();
    if (!list?.some(({ state }) => state === "waiting")) return;
    const timer = setInterval(loaded.reload, waitMs);
    return () => clearInterval(timer);
  }, [states]);
  const close = (): void => setOpen(undefined);
  return (
    <section class="panel" aria-labelledby="calendars">
      <div class="panel-head">
        <h2 id="calendars">{w.title}</h2>
        <button type="button" class="button" onClick={() => setOpen({ is: "new" })}>
          {w.add}
        </button>
      </div>
      <p class="hint">{w.help}</p>
      {loaded.error === undefined ? null : <Failure error={loaded.error} retry={loaded.reload} />}
      {list === undefined && loaded.error === undefined ? <Loading /> : null}
      {list?.length === 0 ? <Empty icon="file" title={w.none} help={w.noneHelp} /> : null}
      {list === undefined || list.length === 0 ? null : (
        <ul class="rows">
          {list.map((calendar) => (
            <Row key={calendar.calendarId} calendar={calendar} changed={loaded.reload} setOpen={setOpen} />
          ))}
        </ul>
      )}
      {open === undefined || open.is === "remove" ? null : (
        <CalendarForm calendar={open.is === "file" ? open.calendar : undefined} close={close} saved={loaded.reload} />
      )}
      {open?.is === "remove" ? (
        <Ask
          title={w.removeTitle(open.calendar.name)}
          help={w.removeHelp}
          confirm={w.remove}
          close={close}
          run={async () => {
            await api().call(routes.deleteCalendar, { params: { calendarId: open.calendar.calendarId } });
            loaded.reload();
          }}
        />
      ) : null}
    </section>
  );
};

const Row = (props: { calendar: Calendar; changed: () => void; setOpen: (open: Open) => void }) => {
  const { calendar } = props;
  /** How it was when it was asked to be read again. */
  const [former, setFormer] = useState<string | undefined>(undefined);
  const [error, setError] = useState<unknown>(undefined);
  const w = words.value.calendars;
  const { name, url } = calendar;
  const current = [calendar.state, calendar.readAt, calendar.failure].join();
  const state = former === current ? "waiting" : calendar.state;
  useEffect(() => {
    if (former === undefined) return;
    if (former !== current) {
      setFormer(undefined);
      return;
    }
    const look = setInterval(props.changed, waitMs);
    const end = setTimeout(() => setFormer(undefined), longestWaitMs);
    return () => {
      clearInterval(look);
      clearTimeout(end);
    };
  }, [former, current]);
  const again = async (): Promise<void> => {
    if (url === undefined) return;
    setFormer(current);
    setError(undefined);
    try {
      // The same address is read again at once.
      await api().call(routes.patchCalendar, { params: { calendarId: calendar.calendarId }, body: { url } });
    } catch (reason) {
      setError(reason);
      setFormer(undefined);
    }
  };
  const facts = [
    calendar.readAt === undefined ? w.neverRead : w.readAt(nearTime(calendar.readAt)),
    w.busy(calendar.busy),
  ];
  return (
    <li>
      <div>
        <p>
          <strong>{name}</strong> <StateChip state={state} />
        </p>
        <p class="quiet">{facts.join(" · ")}</p>
        {url === undefined ? null : <p class="quiet calendar-url">{url}</p>}
        {state === "failed" && calendar.failure !== undefined ? (
          <p class="field-problem">
            {w.failure[calendar.failure]} {calendar.readAt === undefined ? "" : w.stillCounts}
          </p>
        ) : null}
        {calendar.skipped === 0 ? null : <p class="row-warning">{w.skipped(calendar.skipped)}</p>}
        {error === undefined ? null : <Failure error={error} />}
      </div>
      <div class="row-tools">
        {url === undefined ? (
          <button type="button" class="button button-plain" onClick={() => props.setOpen({ is: "file", calendar })}>
            <Icon name="file" size={18} />
            {w.newFile}
          </button>
        ) : (
          <button
            type="button"
            class="button button-plain"
            aria-label={w.againNamed(name)}
            disabled={state === "waiting"}
            onClick={() => void again()}
          >
            <Icon name="again" size={18} />
            {w.again}
          </button>
        )}
        <button
          type="button"
          class="button button-plain"
          aria-label={w.removeNamed(name)}
          onClick={() => props.setOpen({ is: "remove", calendar })}
        >
          <Icon name="cross" size={18} />
          {w.remove}
        </button>
      </div>
    </li>
  );
};

const StateChip = ({ state }: { state: Calendar["state"] }) => (
  <span class={`chip ${state === "ok" ? "chip-free" : state === "failed" ? "chip-notReached" : ""}`} role="status">
    {words.value.calendars.state[state]}
  </span>
);
