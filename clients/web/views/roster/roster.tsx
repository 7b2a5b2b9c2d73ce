import { Sections } from "../../parts/sections.tsx";
import { DoneBar } from "../../parts/undo.tsx";
import { words } from "../../state/language.ts";
import { coversForMe, offeredToMe } from "../../state/planning.ts";
import { type RosterPart, rosterParts } from "../../state/sections.ts";
import { mayCoordinate } from "../../state/session.ts";
import { ImportShifts } from "./import.tsx";
import { OwnShifts } from "./own.tsx";
import { Templates } from "./templates.tsx";
import { Week } from "./week.tsx";

/** Of those who do not lead there are no pages but these. */
const forAll: readonly RosterPart[] = ["own", "week"];

const pages = { own: OwnShifts, week: Week, import: ImportShifts, templates: Templates };

/** Who has which shift. */
export const RosterView = ({ part }: { part: RosterPart }) => {
  const w = words.value.roster;
  const shown = mayCoordinate.value ? rosterParts : forAll;
  const current = shown.includes(part) ? part : "own";
  const Page = pages[current];
  return (
    <div class="planning">
      <h1 tabIndex={-1}>{w.title}</h1>
      <Sections
        label={w.title}
        items={shown.map((one) => ({
          to: { view: "roster", part: one },
          name: w.parts[one],
          current: current === one,
          count: one === "own" ? offeredToMe.value.length + coversForMe.value.length : 0,
        }))}
      />
      <Page />
      <DoneBar />
    </div>
  );
};
