import { useState } from "preact/hooks";
import { limits } from "../../../../protocol/limits.ts";
import type { StaffingRule } from "../../../../protocol/staffing.ts";
import { Ask } from "../../parts/ask.tsx";
import { Field } from "../../parts/field.tsx";
import { say } from "../../parts/undo.tsx";
import { words } from "../../state/language.ts";
import { loadAsked } from "../../state/planning.ts";
import { askToCover, postOf } from "../../state/staffing.ts";
import { localOf, momentOf, zoneOf } from "../../state/zoned.ts";

interface Props {
  rule: Pick<StaffingRule, "staffingRuleId" | "name" | "roleId" | "siteId">;
  missing: number;
  /** ms since 1970; what is longer than one request may be begins with its first part. */
  from: number;
  to: number;
  close: () => void;
}

/** One call asks everybody suitable: who, is for the server to find. */
export const AskToCover = ({ rule, missing, from, to, close }: Props) => {
  const zone = zoneOf(rule.siteId);
  const [start, setStart] = useState(localOf(from, zone));
  const [end, setEnd] = useState(localOf(Math.min(to, from + limits.coverMs), zone));
  const [people, setPeople] = useState(String(Math.max(1, missing)));
  const w = words.value.staffing;
  return (
    <Ask
      title={w.askTitle(postOf(rule))}
      help={w.askHelp}
      confirm={w.ask}
      conflict={w.nobodySuitable}
      close={close}
      run={async () => {
        const cover = await askToCover({
          staffingRuleId: rule.staffingRuleId,
          from: momentOf(start, zone) ?? "",
          to: momentOf(end, zone) ?? "",
          count: Number(people),
        });
        await loadAsked();
        say(w.asked(cover.people));
      }}
    >
      <div class="fields">
        <Field label={w.from} type="datetime-local" required value={start} onInput={setStart} />
        <Field label={w.to} type="datetime-local" required value={end} onInput={setEnd} />
        <Field label={w.howMany} type="number" required min={1} max={100} value={people} onInput={setPeople} />
      </div>
    </Ask>
  );
};
