import { useState } from "preact/hooks";
import { routes } from "../../../../protocol/http/routes.ts";
import type { StaffingRule } from "../../../../protocol/staffing.ts";
import { Ask } from "../../parts/ask.tsx";
import { Icon } from "../../parts/icon.tsx";
import { Empty, Failure, Loading } from "../../parts/notice.tsx";
import { say } from "../../parts/undo.tsx";
import { useAsked } from "../../state/asked.ts";
import { names } from "../../state/directory.ts";
import { words } from "../../state/language.ts";
import { api, me } from "../../state/session.ts";
import { loadRules, postOf } from "../../state/staffing.ts";
import { listed } from "../../state/times.ts";
import { weekdayName } from "../../state/zoned.ts";
import { RuleForm } from "./rule-form.tsx";

/** At least so many, of what, where and when. Administrators make them, those who lead read them. */
export const Rules = () => {
  const [editing, setEditing] = useState<StaffingRule | "new" | undefined>(undefined);
  const [removing, setRemoving] = useState<StaffingRule | undefined>(undefined);
  const found = useAsked(loadRules, ["rules"]);
  const w = words.value.staffing;
  const isAdmin = me.value?.permission === "admin";
  const { value, error } = found;
  return (
    <>
      <div class="section-head">
        <p class="quiet lead">{isAdmin ? w.rulesHelp : w.rulesHelpOthers}</p>
        {isAdmin ? (
          <button type="button" class="button button-main" onClick={() => setEditing("new")}>
            {w.addRule}
          </button>
        ) : null}
      </div>
      {error === undefined ? null : <Failure error={error} retry={found.again} />}
      {value === undefined && error === undefined ? <Loading /> : null}
      {value?.length === 0 ? <Empty icon="people" title={w.noRules} help={w.noRulesHelp} /> : null}
      {value === undefined || value.length === 0 ? null : (
        <ul class="levels">
          {value.map((rule) => (
            <li key={rule.staffingRuleId} class={`panel level${rule.enabled ? "" : " level-outsideHours"}`}>
              <h2>{postOf(rule)}</h2>
              <dl class="rule-facts">
                <div>
                  <dt>{w.minimum}</dt>
                  <dd>
                    {rule.minimum} × {names.value.get(rule.roleId) ?? "…"}
                  </dd>
                </div>
                <div>
                  <dt>{words.value.planning.site}</dt>
                  <dd>{rule.siteId === undefined ? w.anywhere : (names.value.get(rule.siteId) ?? "…")}</dd>
                </div>
                <div>
                  <dt>{w.hours}</dt>
                  <dd>{hoursIn(rule)}</dd>
                </div>
                <div>
                  <dt>{w.warned}</dt>
                  <dd>{warnIn(rule)}</dd>
                </div>
              </dl>
              {rule.enabled ? null : (
                <p>
                  <span class="chip">{w.disabled}</span>
                </p>
              )}
              {isAdmin ? (
                <p class="row-actions">
                  <button type="button" class="button" onClick={() => setEditing(rule)}>
                    <Icon name="write" size={18} />
                    {words.value.planning.change}
                    <span class="hidden">: {postOf(rule)}</span>
                  </button>
                  <button type="button" class="button button-plain" onClick={() => setRemoving(rule)}>
                    {words.value.planning.remove}
                    <span class="hidden">: {postOf(rule)}</span>
                  </button>
                </p>
              ) : null}
            </li>
          ))}
        </ul>
      )}
      {editing === undefined ? null : (
        <RuleForm
          {...(editing === "new" ? {} : { rule: editing })}
          close={() => setEditing(undefined)}
          saved={found.again}
        />
      )}
      {removing === undefined ? null : (
        <Ask
          title={w.removeRule(postOf(removing))}
          help={w.removeRuleHelp}
          confirm={words.value.planning.remove}
          close={() => setRemoving(undefined)}
          run={async () => {
            await api().call(routes.deleteStaffingRule, { params: { staffingRuleId: removing.staffingRuleId } });
            found.again();
            say(w.ruleRemoved);
          }}
        />
      )}
    </>
  );
};

const hoursIn = ({ hours }: StaffingRule): string =>
  hours === undefined
    ? words.value.staffing.always
    : hours
        .map(({ weekdays, from, to }) => `${weekdays.map((day) => weekdayName(day)).join(" ")} ${from}–${to}`)
        .join("; ");

const warnIn = ({ warn, digest, afterSeconds }: StaffingRule): string => {
  const w = words.value.staffing;
  const roles = (warn?.roles ?? []).map((id) => names.value.get(id) ?? "…");
  const people = warn?.userIds?.length ?? 0;
  const who = [...roles, ...(people === 0 ? [] : [words.value.raise.targetPeople(people)])];
  const when = digest === "atOnce" ? w.after(afterSeconds) : w.dailyAt(digest.slice("daily ".length));
  return `${who.length === 0 ? w.thoseWhoLead : listed(who, "conjunction")}, ${when}`;
};
