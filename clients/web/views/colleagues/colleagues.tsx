import { useEffect, useId, useMemo, useState } from "preact/hooks";
import { Icon } from "../../parts/icon.tsx";
import { Empty, Failure } from "../../parts/notice.tsx";
import { now } from "../../state/clock.ts";
import { colleagues, loadColleagues } from "../../state/colleagues.ts";
import { directory } from "../../state/directory.ts";
import { words } from "../../state/language.ts";
import { standingAt } from "../../state/own-week.ts";
import { clockTime, count } from "../../state/times.ts";
import { ColleagueTable, type Row } from "./colleague-table.tsx";
import { ColleagueWeek } from "./colleague-week.tsx";

/** Who counts as available changes with time: looked at anew so often, ms. */
const lookMs = 15_000;

/** P6: everybody sees when colleagues of the own customer environment can be called. */
export const Colleagues = () => {
  const [search, setSearch] = useState("");
  const [isOnlyFree, setOnlyFree] = useState(false);
  const [looked, setLooked] = useState<{ userId: string; name: string } | undefined>(undefined);
  const id = useId();
  const w = words.value.colleagues;
  const { people, loading, error, role, site, at } = colleagues.value;
  const moment = Math.floor(now.value / lookMs) * lookMs;
  useEffect(() => void loadColleagues(), []);

  const rows = useMemo(
    () =>
      people.flatMap((person): Row[] => {
        const here = standingAt(person, Math.max(moment, Date.parse(person.from)));
        return here === undefined ? [] : [{ person, here }];
      }),
    [people, moment],
  );
  // The times of somebody have run out: what is shown must not be what was true once.
  const isOver = rows.length < people.length;
  useEffect(() => {
    if (isOver && !loading) void loadColleagues();
  }, [isOver]);
  const shown = useMemo(() => {
    const wanted = search.trim().toLocaleLowerCase();
    return rows.filter(
      ({ person, here }) =>
        (!isOnlyFree || here.available) && (wanted === "" || person.name.toLocaleLowerCase().includes(wanted)),
    );
  }, [rows, search, isOnlyFree]);
  const free = useMemo(() => shown.filter(({ here }) => here.available).length, [shown]);

  return (
    <div class="colleagues">
      <div class="panel-head">
        <div>
          <h1 tabIndex={-1}>{w.title}</h1>
          <p class="quiet">{w.lead}</p>
        </div>
        <div class="as-of">
          <span class="quiet">{at === 0 ? "" : w.asOf(clockTime(at))}</span>
          <button type="button" class="button" disabled={loading} onClick={() => void loadColleagues()}>
            <Icon name="again" size={18} />
            {w.refresh}
          </button>
        </div>
      </div>
      <div class="colleague-filters">
        <div>
          <label for={`${id}-search`}>{w.search}</label>
          <input
            id={`${id}-search`}
            class="input"
            type="search"
            value={search}
            onInput={(event) => setSearch(event.currentTarget.value)}
          />
        </div>
        <div>
          <label for={`${id}-site`}>{w.site}</label>
          <select
            id={`${id}-site`}
            class="input"
            value={site}
            onChange={(event) => void loadColleagues({ site: event.currentTarget.value })}
          >
            <option value="">{w.anySite}</option>
            {directory.value?.sites.map(({ siteId, name }) => (
              <option key={siteId} value={siteId}>
                {name}
              </option>
            ))}
          </select>
        </div>
        <div>
          <label for={`${id}-role`}>{w.role}</label>
          <select
            id={`${id}-role`}
            class="input"
            value={role}
            onChange={(event) => void loadColleagues({ role: event.currentTarget.value })}
          >
            <option value="">{w.anyRole}</option>
            {directory.value?.roles.map(({ roleId, name }) => (
              <option key={roleId} value={roleId}>
                {name}
              </option>
            ))}
          </select>
        </div>
        <label class="check" for={id}>
          <input
            id={id}
            type="checkbox"
            checked={isOnlyFree}
            onChange={(event) => setOnlyFree(event.currentTarget.checked)}
          />
          <span>{w.onlyAvailable}</span>
        </label>
      </div>
      {error === undefined ? null : (
        <>
          {people.length === 0 ? null : <p class="field-problem">{w.incomplete}</p>}
          <Failure error={error} retry={() => void loadColleagues()} />
        </>
      )}
      <p class="quiet" role="status">
        {loading ? w.loading(count(people.length)) : w.showing(count(shown.length), count(free))}
      </p>
      {shown.length > 0 ? <ColleagueTable rows={shown} look={setLooked} /> : null}
      {shown.length === 0 && !loading && people.length > 0 ? <p class="empty-row quiet">{w.nobodyMatches}</p> : null}
      {people.length === 0 && !loading && error === undefined ? (
        <Empty icon="people" title={w.none} help={w.noneHelp} />
      ) : null}
      {looked === undefined ? null : <ColleagueWeek person={looked} roleId={role} close={() => setLooked(undefined)} />}
    </div>
  );
};
