import { useState } from "preact/hooks";
import type { HolidayList, HolidaySettings } from "../../../../protocol/availability.ts";
import { routes } from "../../../../protocol/http/routes.ts";
import { limits } from "../../../../protocol/limits.ts";
import { Icon } from "../../parts/icon.tsx";
import { Failure, Loading } from "../../parts/notice.tsx";
import { words } from "../../state/language.ts";
import { useLoaded } from "../../state/loaded.ts";
import { loadOwnWeek } from "../../state/own-week.ts";
import { api } from "../../state/session.ts";
import { dateName } from "../../state/times.ts";

/** Which days are holidays here: those of the country, days of the organisation's own, and days on which it works. */
export const HolidaysPanel = () => {
  const loaded = useLoaded((signal): Promise<HolidayList> => api().call(routes.getHolidays, { signal }));
  const w = words.value.holidays;
  return (
    <section class="panel" aria-labelledby="holidays">
      <h2 id="holidays">
        <Icon name="clock" size={18} />
        {w.title}
      </h2>
      <p class="hint">{w.help}</p>
      {loaded.error === undefined ? null : <Failure error={loaded.error} retry={loaded.reload} />}
      {loaded.value === undefined && loaded.error === undefined ? <Loading /> : null}
      {loaded.value === undefined ? null : <Days list={loaded.value} changed={loaded.set} />}
    </section>
  );
};

const Days = ({ list, changed }: { list: HolidayList; changed: (list: HolidayList) => void }) => {
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(undefined);
  const w = words.value.holidays;
  /** What was chosen and is not saved yet: it shows at once, and goes back when it is refused. */
  const [chosen, setChosen] = useState<HolidaySettings | undefined>(undefined);
  const { country, days, except = [] } = chosen ?? list;
  /** Each change is saved at once: there is nothing here that reaches people. */
  const save = async (change: Partial<HolidaySettings>): Promise<void> => {
    setBusy(true);
    setError(undefined);
    try {
      const { country: follows, ...rest } = { country, days, except, ...change };
      const body = { ...rest, ...(follows === undefined ? {} : { country: follows }) };
      setChosen(body);
      changed(await api().call(routes.putHolidays, { body }));
      void loadOwnWeek();
    } catch (reason) {
      setError(reason);
    }
    setChosen(undefined);
    setBusy(false);
  };
  const ofCountry = list.holidays.filter(({ holiday }) => holiday !== undefined);
  // A day on which this organisation works is no holiday, so it is not in the list: it is shown to be taken back.
  const working = except.filter((date) => date.startsWith(String(list.year)));
  const rows = [
    ...ofCountry.map(({ date, holiday }) => ({
      date,
      name: holiday === undefined ? "" : w.names[holiday],
      isWorked: except.includes(date),
    })),
    ...working.flatMap((date) =>
      ofCountry.some((day) => day.date === date) ? [] : [{ date, name: "", isWorked: true }],
    ),
  ].toSorted((a, b) => a.date.localeCompare(b.date));
  return (
    <>
      <label class="check">
        <input
          type="checkbox"
          checked={country === "NL"}
          disabled={isBusy}
          onChange={(event) => void save({ country: event.currentTarget.checked ? "NL" : undefined })}
        />
        <span>{w.country}</span>
      </label>
      {country === undefined ? null : (
        <>
          <h3 class="small-head">{w.year(list.year)}</h3>
          <ul class="holiday-rows">
            {rows.map(({ date, name, isWorked }) => (
              <li key={date}>
                <span>
                  <span class="quiet">{dateName(date)}</span> {name}
                </span>
                <label class="check">
                  <input
                    type="checkbox"
                    aria-label={w.workingNamed(`${dateName(date)} ${name}`.trim())}
                    checked={isWorked}
                    disabled={isBusy}
                    onChange={() =>
                      void save({ except: isWorked ? except.filter((d) => d !== date) : [...except, date] })
                    }
                  />
                  <span aria-hidden="true">{w.working}</span>
                </label>
              </li>
            ))}
          </ul>
        </>
      )}
      <h3 class="small-head">{w.own}</h3>
      {days.length === 0 ? <p class="quiet">{w.noOwn}</p> : null}
      <ul class="holiday-rows">
        {days
          .toSorted((a, b) => a.date.localeCompare(b.date))
          .map((day) => (
            <li key={day.date}>
              <span>
                <span class="quiet">
                  {dateName(day.date)} {day.date.slice(0, 4)}
                </span>{" "}
                {day.name}
              </span>
              <button
                type="button"
                class="button button-plain"
                aria-label={w.remove(day.name)}
                disabled={isBusy}
                onClick={() => void save({ days: days.filter(({ date }) => date !== day.date) })}
              >
                <Icon name="cross" size={18} />
              </button>
            </li>
          ))}
      </ul>
      <AddDay days={days} isBusy={isBusy} add={(day) => save({ days: [...days, day] })} />
      {error === undefined ? null : <Failure error={error} />}
    </>
  );
};

type Day = HolidaySettings["days"][number];

const AddDay = (props: { days: readonly Day[]; isBusy: boolean; add: (day: Day) => Promise<void> }) => {
  const [date, setDate] = useState("");
  const [name, setName] = useState("");
  const w = words.value.holidays;
  const isTwice = props.days.some((day) => day.date === date);
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (isTwice) return;
    await props.add({ date, name: name.trim() });
    setDate("");
    setName("");
  };
  return (
    <form class="add-day" onSubmit={(event) => void submit(event)}>
      <label>
        {w.date}
        <input
          class="input"
          type="date"
          required
          value={date}
          onInput={(event) => setDate(event.currentTarget.value)}
        />
      </label>
      <label>
        {w.name}
        <input
          class="input"
          required
          maxLength={100}
          value={name}
          onInput={(event) => setName(event.currentTarget.value)}
        />
      </label>
      <button
        type="submit"
        class="button"
        disabled={props.isBusy || isTwice || props.days.length >= limits.holidaysPerTenant}
      >
        {w.add}
      </button>
      {isTwice ? (
        <p class="field-problem" role="alert">
          {w.twice}
        </p>
      ) : null}
    </form>
  );
};
