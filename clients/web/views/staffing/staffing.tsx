import { Sections } from "../../parts/sections.tsx";
import { DoneBar } from "../../parts/undo.tsx";
import { words } from "../../state/language.ts";
import { type StaffingPart, staffingParts } from "../../state/sections.ts";
import { Forecast } from "./forecast.tsx";
import { Levels } from "./levels.tsx";
import { Rules } from "./rules.tsx";
import { Simulation } from "./simulation.tsx";

const pages = { now: Levels, forecast: Forecast, simulation: Simulation, rules: Rules };

/** Whether there are enough people: now, in the coming days, and in an emergency of some kind. For those who lead. */
export const StaffingView = ({ part }: { part: StaffingPart }) => {
  const w = words.value.staffing;
  const Page = pages[part];
  return (
    <div class="planning">
      <h1 tabIndex={-1}>{w.title}</h1>
      <Sections
        label={w.title}
        items={staffingParts.map((one) => ({
          to: { view: "staffing", part: one },
          name: w.parts[one],
          current: part === one,
        }))}
      />
      <Page />
      <DoneBar />
    </div>
  );
};
