import { Icon } from "../../parts/icon.tsx";
import { words } from "../../state/language.ts";

export const AvailabilityChip = ({ available }: { available: boolean }) => {
  const w = words.value.availability;
  return (
    <span class={`chip ${available ? "chip-free" : "chip-away"}`}>
      <Icon name={available ? "check" : "cross"} size={14} />
      {available ? w.available : w.unavailable}
    </span>
  );
};
