import { useState } from "preact/hooks";
import type { Shift } from "../../../../protocol/rosters.ts";
import { Icon } from "../../parts/icon.tsx";
import { Empty, Failure, Loading } from "../../parts/notice.tsx";
import { type Person, PersonSearch } from "../../parts/person-search.tsx";
import { PickRole, PickSite } from "../../parts/pick.tsx";
import { useAsked } from "../../state/asked.ts";
import { useEvery } from "../../state/every.ts";
import { words } from "../../state/language.ts";
import { isNarrow } from "../../state/narrow.ts";
import { useNews } from "../../state/planning.ts";
import { mayCoordinate } from "../../state/session.ts";
import { loadWeek, onDay, weekDays } from "../../state/shifts.ts";
import { addDays, dayName, mondayOf, today, weekNumber } from "../../state/zoned.ts";
import { KeepWeek } from "./keep-week.tsx";
import { OfferShift } from "./offer-shift.tsx";
import { OpenSoon } from "./open-soon.tsx";
import { ShiftForm } from "./shift-form.tsx";
import { WeekDays } from "./week-days.tsx";
import { WeekGrid } from "./week-grid.tsx";

const askAgainMs = 60_000;

type Doing = { what: "edit"; shift: Shift } | { what: "offer"; shift: Shift } | { what: "add" } | { what: "keep" };

/** All shifts of a week, by site and role. */
export const Week = () => {
  const thisMonday = mondayOf(today.value);
  const [monday, setMonday] = useState(thisMonday);
  const [site, setSite] = useState("");
  const [role, setRole] = useState("");
  const [person, setPerson] = useState<Person | undefined>(undefined);
  const [isOpenOnly, setOpenOnly] = useState(false);
  const [doing, setDoing] = useState<Doing | undefined>(undefined);
  const filter = {
    ...(site === "" ? {} : { site }),
    ...(role === "" ? {} : { role }),
    ...(person === undefined ? {} : { user: person.userId }),
    ...(isOpenOnly ? { open: true } : {}),
  };
  const found = useAsked((signal) => loadWeek(monday, filter, signal), [monday, filter]);
  useNews(found.again);
  useEvery(askAgainMs, found.again);
  const w = words.value.roster;
  const days = weekDays(monday);
  const shifts = found.value?.filter((shift) => days.some((day) => onDay(shift, day) !== undefined));
  const close = (): void => setDoing(undefined);
  const edit = (shift: Shift): void => setDoing({ what: "edit", shift });
  const offer = (shift: Shift): void => setDoing({ what: "offer", shift });
  return (
    <>
      {mayCoordinate.value ? <OpenSoon edit={edit} /> : null}
      <div class="week-head">
        <div class="week-moves">
          <button type="button" class="button" onClick={() => setMonday(addDays(monday, -7))}>
            <Icon name="back" size={18} />
            <span class="hidden">{w.previousWeek}</span>
          </button>
          <h2 aria-live="polite">
            {w.week(weekNumber(monday))}
            <small class="quiet">
              {dayName(monday)} – {dayName(addDays(monday, 6))}
            </small>
          </h2>
          <button type="button" class="button" onClick={() => setMonday(addDays(monday, 7))}>
            <Icon name="forward" size={18} />
            <span class="hidden">{w.nextWeek}</span>
          </button>
          {monday === thisMonday ? null : (
            <button type="button" class="button button-plain" onClick={() => setMonday(thisMonday)}>
              {w.thisWeek}
            </button>
          )}
        </div>
        {mayCoordinate.value ? (
          <div class="row-actions">
            <button type="button" class="button button-main" onClick={() => setDoing({ what: "add" })}>
              {w.addShift}
            </button>
            {shifts === undefined || shifts.length === 0 ? null : (
              <button type="button" class="button" onClick={() => setDoing({ what: "keep" })}>
                {w.keepWeek}
              </button>
            )}
          </div>
        ) : null}
      </div>
      <details class="more filter-box" open={!isNarrow.value || Object.keys(filter).length > 0}>
        <summary>{words.value.raise.filter}</summary>
        <div class="filters">
          <PickSite value={site} none={w.allSites} onChoose={setSite} />
          <PickRole value={role} none={w.allRoles} onChoose={setRole} />
          <PersonSearch
            label={w.person}
            chosen={person === undefined ? [] : [person]}
            onChoose={(chosen) => setPerson(chosen.at(-1))}
          />
          <label class="check">
            <input
              type="checkbox"
              checked={isOpenOnly}
              onChange={(event) => setOpenOnly(event.currentTarget.checked)}
            />
            <span>{w.openOnly}</span>
          </label>
        </div>
      </details>
      {found.error === undefined ? null : <Failure error={found.error} retry={found.again} />}
      {shifts === undefined && found.error === undefined ? <Loading /> : null}
      {shifts?.length === 0 ? (
        <Empty icon="clock" title={w.noShifts} help={mayCoordinate.value ? w.noShiftsLead : w.noShiftsHelp} />
      ) : null}
      {shifts === undefined || shifts.length === 0 ? null : isNarrow.value ? (
        <WeekDays days={days} today={today.value} shifts={shifts} edit={edit} offer={offer} />
      ) : (
        <WeekGrid days={days} today={today.value} shifts={shifts} edit={edit} offer={offer} />
      )}
      {doing?.what === "add" ? (
        <ShiftForm
          day={monday === thisMonday ? today.value : monday}
          siteId={site}
          roleId={role}
          close={close}
          changed={found.again}
        />
      ) : null}
      {doing?.what === "edit" ? (
        <ShiftForm
          key={doing.shift.shiftId}
          shift={doing.shift}
          close={close}
          changed={found.again}
          offer={() => offer(doing.shift)}
        />
      ) : null}
      {doing?.what === "offer" ? <OfferShift shift={doing.shift} close={close} /> : null}
      {doing?.what === "keep" ? <KeepWeek monday={monday} shifts={shifts ?? []} close={close} /> : null}
    </>
  );
};
