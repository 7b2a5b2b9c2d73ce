import { Failure, Loading } from "../../parts/notice.tsx";
import { words } from "../../state/language.ts";
import { loadOwnWeek, ownWeek, ownWeekError } from "../../state/own-week.ts";
import { AvailabilityPanel } from "../availability-panel.tsx";
import { Calendars } from "./calendars.tsx";
import { ComingDays } from "./coming-days.tsx";
import { Exceptions } from "./exceptions.tsx";
import { Feed } from "./feed.tsx";
import { Week } from "./week.tsx";

/** Everything that says when this person can be called, in the order in which it decides (P6). */
export const MyAvailability = () => {
  const w = words.value.when;
  return (
    <div class="own">
      <div class="own-head">
        <h1 tabIndex={-1}>{w.title}</h1>
        <p class="quiet">{w.lead}</p>
      </div>
      <div class="own-side">
        <AvailabilityPanel />
        <section class="panel" aria-labelledby="coming">
          <h2 id="coming">{w.days}</h2>
          {ownWeekError.value === undefined ? null : (
            <Failure error={ownWeekError.value} retry={() => void loadOwnWeek()} />
          )}
          {ownWeek.value === undefined && ownWeekError.value === undefined ? <Loading /> : null}
          {ownWeek.value === undefined ? null : <ComingDays week={ownWeek.value} />}
        </section>
      </div>
      <div class="own-main">
        <Week />
        <Exceptions />
        <Calendars />
        <Feed />
      </div>
    </div>
  );
};
