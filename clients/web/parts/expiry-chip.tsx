import { words } from "../state/language.ts";
import { daysUntil } from "../state/zoned.ts";
import { Icon } from "./icon.tsx";

/** From so many days before the end it is time to renew. */
const soonDays = 60;

/** Whether a certificate counts, for how long still, in words and colour. */
export const ExpiryChip = ({ validUntil }: { validUntil: string | undefined }) => {
  const w = words.value.certificates;
  const left = validUntil === undefined ? Number.POSITIVE_INFINITY : daysUntil(validUntil);
  const tone = left < 0 ? "under" : left <= soonDays ? "soon" : "ok";
  return (
    <span class={`chip level-chip-${tone}`}>
      <Icon name={tone === "ok" ? "check" : tone === "soon" ? "clock" : "unreached"} size={15} />
      {tone === "ok" ? w.valid : left < 0 ? w.expired : w.daysLeft(left)}
    </span>
  );
};
