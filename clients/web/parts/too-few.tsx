import { words } from "../state/language.ts";
import { Icon } from "./icon.tsx";

/** Why something is not told. It is the right answer, and no fault: so it does not look like one. */
export const TooFew = ({ minimum, all = false }: { minimum: number; all?: boolean }) => {
  const w = words.value.statistics;
  return (
    <div class={all ? "empty too-few-all" : "too-few-note"}>
      <Icon name="shield" size={all ? 32 : 20} />
      {all ? <p class="empty-title">{w.tooFewTitle}</p> : null}
      <p class="quiet">
        {all ? `${w.tooFewAll} ` : null}
        {w.tooFewWhy(minimum)}
      </p>
    </div>
  );
};
