import { signal } from "@preact/signals";
import type { RaiseAlarm } from "../../../protocol/alarms.ts";
import type { Scenario } from "../../../protocol/scenarios.ts";
import type { Targets } from "../../../protocol/targets.ts";
import type { Kind, Severity, Urgency } from "../../../protocol/terms.ts";
import { newIdempotencyKey } from "../../sdk/api.ts";
import { StandbyUnreachable } from "../../sdk/problem.ts";
import { justRaised } from "./live-alarm.ts";
import { explain, hasCode } from "./problems.ts";
import { go } from "./route.ts";
import { api, mayCoordinate } from "./session.ts";

/** An alarm that is being prepared. */
export interface Draft {
  step: "compose" | "confirm" | "sending" | "done";
  scenario?: Scenario;
  title: string;
  message: string;
  everyone: boolean;
  roles: readonly string[];
  sites: readonly string[];
  zones: readonly string[];
  people: readonly { userId: string; name: string }[];
  kind: Kind;
  urgency: Urgency;
  silent: boolean;
  severity?: Severity;
  /** What the scenario's placeholders are filled with. */
  values: Readonly<Record<string, string>>;
  /** Several were raised just now: the server wants to hear that this is another one. */
  mustConfirm?: true;
  /** Of the raise that got no answer: trying that one again raises no second alarm. */
  key?: string;
  problem?: string;
  recipients?: number;
}

export const draft = signal<Draft | undefined>(undefined);

const empty = { title: "", message: "", everyone: false, roles: [], sites: [], zones: [], people: [], values: {} };

export const startFree = (): void => {
  draft.value = { ...empty, step: "compose", kind: "actual", urgency: "urgent", silent: false };
};

export const startScenario = (scenario: Scenario): void => {
  const { urgency, silent } = scenario;
  draft.value = { ...empty, step: "confirm", scenario, kind: "actual", urgency, silent };
};

/** Any change makes it another alarm, so a key of an earlier try no longer fits. */
export const edit = (part: Partial<Draft>): void => {
  if (draft.value === undefined) return;
  const { key: _, problem: __, mustConfirm: ___, ...rest } = draft.value;
  draft.value = { ...rest, ...part };
};

/** The same, with a field taken away. */
export const replace = (next: Draft): void => {
  const { key: _, problem: __, mustConfirm: ___, ...rest } = next;
  draft.value = rest;
};

export const discard = (): void => {
  draft.value = undefined;
};

const ids = (list: readonly string[], name: keyof Targets): Partial<Targets> =>
  list.length === 0 ? {} : { [name]: [...list] };

export const targetsOf = (d: Draft): Targets =>
  d.scenario?.targets ?? {
    ...(d.everyone ? { everyone: true as const } : {}),
    ...ids(d.roles, "roles"),
    ...ids(d.sites, "sites"),
    ...ids(d.zones, "zones"),
    ...ids(
      d.people.map((p) => p.userId),
      "users",
    ),
  };

const saidValues = ({ values }: Draft): Pick<RaiseAlarm, "values"> => {
  const said = Object.entries(values).flatMap(([name, value]) => (value.trim() === "" ? [] : [[name, value.trim()]]));
  return said.length === 0 ? {} : { values: Object.fromEntries(said) };
};

/** What is asked of the server: to raise, and before that to say who would be reached. */
export const bodyOf = (d: Draft): RaiseAlarm => {
  const { kind, urgency, silent, scenario } = d;
  const severity = d.severity === undefined ? {} : { severity: d.severity };
  if (scenario !== undefined)
    // Only those who lead may change a scenario; whatever is as it was is left out, so that the others may raise it.
    return {
      scenarioId: scenario.scenarioId,
      kind,
      ...(urgency === scenario.urgency ? {} : { urgency }),
      ...(silent === scenario.silent ? {} : { silent }),
      ...severity,
      ...saidValues(d),
    };
  const message = d.message.trim();
  return {
    title: d.title.trim(),
    ...(message === "" ? {} : { message }),
    targets: targetsOf(d),
    kind,
    urgency,
    silent,
    ...severity,
  };
};

export const raise = async (): Promise<void> => {
  const asked = draft.value;
  if (asked === undefined || asked.step === "sending") return;
  const key = asked.key ?? newIdempotencyKey();
  const { problem: _, ...rest } = asked;
  draft.value = { ...rest, step: "sending", key };
  const body = { ...bodyOf(asked), ...(asked.mustConfirm === true ? { confirm: true as const } : {}) };
  try {
    const { alarmId, recipients } = await api().raiseAlarm(body, key);
    if (!mayCoordinate.value) {
      draft.value = { ...rest, step: "done", recipients };
      return;
    }
    draft.value = undefined;
    justRaised.value = { alarmId, recipients };
    go({ view: "alarm", alarmId });
  } catch (error) {
    // The key is kept only where nobody knows whether the alarm was raised; a refusal raised nothing.
    if (hasCode(error, "confirmation_needed")) {
      const { key: __, ...anew } = rest;
      draft.value = { ...anew, step: "confirm", mustConfirm: true };
      return;
    }
    const isUncertain = error instanceof StandbyUnreachable;
    draft.value = { ...rest, step: "confirm", problem: explain(error), ...(isUncertain ? { key } : {}) };
  }
};
