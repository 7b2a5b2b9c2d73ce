import type { Place } from "../state/route.ts";
import { Link } from "./link.tsx";

/** The pages of one part of the system, below its heading. */
export const Sections = ({
  label,
  items,
}: {
  label: string;
  items: readonly { to: Place; name: string; current: boolean; count?: number }[];
}) => (
  <nav class="sections" aria-label={label}>
    {items.map(({ to, name, current, count = 0 }) => (
      <Link key={name} to={to} current={current}>
        {name}
        {count === 0 ? null : <span class="badge figure">{count}</span>}
      </Link>
    ))}
  </nav>
);
