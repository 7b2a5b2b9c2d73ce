import { useEffect, useState } from "preact/hooks";
import { routes } from "../../../../protocol/http/routes.ts";
import type { NewStaffingRule, StaffingRule, StaffingWindow } from "../../../../protocol/staffing.ts";
import { Ask } from "../../parts/ask.tsx";
import { OneOf, SomeOf } from "../../parts/choice.tsx";
import { Field } from "../../parts/field.tsx";
import { type Person, PersonSearch } from "../../parts/person-search.tsx";
import { Pick, PickRole, PickSite } from "../../parts/pick.tsx";
import { say } from "../../parts/undo.tsx";
import { directory } from "../../state/directory.ts";
import { words } from "../../state/language.ts";
import { learnNames, personName } from "../../state/people.ts";
import { api } from "../../state/session.ts";
import { RuleHours } from "./rule-hours.tsx";

const workWeek: StaffingWindow = { weekdays: [1, 2, 3, 4, 5], from: "08:00", to: "18:00" };

interface Draft {
  name: string;
  siteId: string;
  roleId: string;
  minimum: string;
  isAlways: boolean;
  hours: readonly StaffingWindow[];
  warn: "leads" | "chosen";
  roles: string[];
  people: Person[];
  isDaily: boolean;
  dailyAt: string;
  afterSeconds: number;
  enabled: boolean;
}

const draftOf = (rule: StaffingRule | undefined): Draft => ({
  name: rule?.name ?? "",
  siteId: rule?.siteId ?? "",
  roleId: rule?.roleId ?? "",
  minimum: String(rule?.minimum ?? 1),
  isAlways: rule?.hours === undefined,
  hours: rule?.hours ?? [workWeek],
  warn: rule?.warn === undefined ? "leads" : "chosen",
  roles: rule?.warn?.roles ?? [],
  people: (rule?.warn?.userIds ?? []).map((userId) => ({ userId, name: personName(userId) })),
  isDaily: rule !== undefined && rule.digest !== "atOnce",
  dailyAt: rule?.digest.startsWith("daily ") === true ? rule.digest.slice("daily ".length) : "07:30",
  afterSeconds: rule?.afterSeconds ?? 60,
  enabled: rule?.enabled ?? true,
});

const optional = (draft: Draft) => {
  const { name, siteId, isAlways, hours, warn, roles, people } = draft;
  const userIds = people.map(({ userId }) => userId);
  const chosen = {
    ...(roles.length === 0 ? {} : { roles }),
    ...(userIds.length === 0 ? {} : { userIds }),
  };
  return {
    name: name.trim() === "" ? undefined : name.trim(),
    siteId: siteId === "" ? undefined : siteId,
    hours: isAlways || hours.length === 0 ? undefined : [...hours],
    warn: warn === "leads" || Object.keys(chosen).length === 0 ? undefined : chosen,
  };
};

const needed = ({ roleId, minimum, isDaily, dailyAt, afterSeconds, enabled }: Draft) => ({
  roleId,
  minimum: Number(minimum),
  digest: isDaily ? `daily ${dailyAt}` : "atOnce",
  afterSeconds,
  enabled,
});

const save = async (draft: Draft, rule: StaffingRule | undefined): Promise<void> => {
  const more = optional(draft);
  if (rule === undefined) {
    const given = Object.fromEntries(Object.entries(more).filter(([, value]) => value !== undefined));
    const body: NewStaffingRule = { ...needed(draft), ...given };
    await api().call(routes.createStaffingRule, { body });
    return;
  }
  const { name = null, siteId = null, hours = null, warn = null } = more;
  const params = { staffingRuleId: rule.staffingRuleId };
  await api().call(routes.patchStaffingRule, { params, body: { ...needed(draft), name, siteId, hours, warn } });
};

const delays = [0, 60, 300, 900, 1_800, 3_600];

/** A rule, new or as it was. */
export const RuleForm = (props: { rule?: StaffingRule; close: () => void; saved: () => void }) => {
  const { rule } = props;
  const [draft, setDraft] = useState(() => draftOf(rule));
  const edit = (part: Partial<Draft>): void => setDraft((d) => ({ ...d, ...part }));
  const w = words.value.staffing;
  useEffect(() => {
    const userIds = rule?.warn?.userIds ?? [];
    void learnNames(userIds).then(() =>
      edit({ people: userIds.map((userId) => ({ userId, name: personName(userId) })) }),
    );
  }, []);
  return (
    <Ask
      title={rule === undefined ? w.newRule : w.changeRule}
      help={w.ruleHelp}
      confirm={words.value.muster.save}
      close={props.close}
      run={async () => {
        await save(draft, rule);
        props.saved();
        say(w.ruleSaved);
      }}
    >
      <div class="fields">
        <PickRole
          value={draft.roleId}
          none={words.value.planning.chooseRole}
          required
          onChoose={(roleId) => edit({ roleId })}
        />
        <Field
          label={w.minimum}
          type="number"
          required
          min={1}
          max={1_000}
          value={draft.minimum}
          onInput={(minimum) => edit({ minimum })}
        />
        <PickSite value={draft.siteId} none={w.anywhere} onChoose={(siteId) => edit({ siteId })} />
        <Field label={w.name} maxLength={200} value={draft.name} onInput={(name) => edit({ name })} />
      </div>
      <OneOf
        label={w.hours}
        name="rule-hours"
        value={draft.isAlways ? "always" : "hours"}
        options={[
          { value: "always", label: w.always },
          { value: "hours", label: w.certainHours },
        ]}
        onChoose={(value) => edit({ isAlways: value === "always" })}
      />
      {draft.isAlways ? null : <RuleHours hours={draft.hours} onChange={(hours) => edit({ hours })} />}
      <OneOf
        label={w.warned}
        name="rule-warn"
        value={draft.warn}
        options={[
          { value: "leads", label: w.thoseWhoLead },
          { value: "chosen", label: w.chosenPeople },
        ]}
        onChoose={(warn) => edit({ warn })}
      />
      {draft.warn === "leads" ? null : (
        <>
          <SomeOf
            label={words.value.raise.roles}
            options={(directory.value?.roles ?? []).map(({ roleId, name }) => ({ value: roleId, label: name }))}
            chosen={draft.roles}
            onChoose={(roles) => edit({ roles })}
          />
          <PersonSearch chosen={draft.people} onChoose={(people) => edit({ people })} />
        </>
      )}
      <div class="fields">
        <Pick
          label={w.whenWarned}
          value={draft.isDaily ? "daily" : "atOnce"}
          options={[
            { value: "atOnce", label: w.atOnce },
            { value: "daily", label: w.onceADay },
          ]}
          onChoose={(value) => edit({ isDaily: value === "daily" })}
        />
        {draft.isDaily ? (
          <Field label={w.at} type="time" required value={draft.dailyAt} onInput={(dailyAt) => edit({ dailyAt })} />
        ) : null}
        <Pick
          label={w.whenShortFor}
          value={String(draft.afterSeconds)}
          options={[...new Set([...delays, draft.afterSeconds])]
            .sort((a, b) => a - b)
            .map((seconds) => ({ value: String(seconds), label: w.lasting(seconds) }))}
          onChoose={(value) => edit({ afterSeconds: Number(value) })}
        />
      </div>
      <label class="check">
        <input
          type="checkbox"
          checked={draft.enabled}
          onChange={(event) => edit({ enabled: event.currentTarget.checked })}
        />
        <span>{w.enabled}</span>
      </label>
    </Ask>
  );
};
