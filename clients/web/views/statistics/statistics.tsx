import { Link } from "../../parts/link.tsx";
import { words } from "../../state/language.ts";
import { AlarmSpeed } from "./alarm-speed.tsx";
import { ChannelFigures } from "./channel-figures.tsx";
import { MinimumGroup } from "./minimum-group.tsx";
import { PresenceFigures } from "./presence-figures.tsx";
import { StaffingFigures } from "./staffing-figures.tsx";

const parts = {
  presence: PresenceFigures,
  staffing: StaffingFigures,
  alarms: AlarmSpeed,
  channels: ChannelFigures,
  settings: MinimumGroup,
} as const;

type Part = keyof typeof parts;

const isPart = (part: string | undefined): part is Part => part !== undefined && Object.hasOwn(parts, part);

/** How much, never who (P5). Each part has an address of its own. */
export const Statistics = ({ part }: { part: string | undefined }) => {
  const w = words.value.statistics;
  const current = isPart(part) ? part : "presence";
  const Shown = parts[current];
  return (
    <div class="statistics">
      <div>
        <h1 tabIndex={-1}>{w.title}</h1>
        <p class="quiet">{w.lead}</p>
      </div>
      <nav class="part-links" aria-label={w.title}>
        {(Object.keys(parts) as Part[]).map((one) => (
          <Link key={one} to={{ view: "statistics", part: one }} current={one === current}>
            {w.parts[one]}
          </Link>
        ))}
      </nav>
      <Shown />
    </div>
  );
};
