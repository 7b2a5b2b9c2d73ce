import { signal } from "@preact/signals";
import type { Scenario } from "../../../protocol/scenarios.ts";
import { newIdempotencyKey } from "../../sdk/api.ts";
import { StandbyProblem, StandbyUnreachable } from "../../sdk/problem.ts";
import { api } from "./session.ts";

/** The second press must come within this time, ms: one alone, in a pocket or by a sleeve, raises nothing. */
export const secondTapMs = 3_000;
/** How long the page shows that it was sent, ms; then it looks as if nothing had happened. */
const shownMs = 6_000;

/** Where a duress button is. Undefined: at rest. */
export interface Duress {
  scenarioId: string;
  state: "armed" | "sending" | "sent" | "failed";
}

export const duress = signal<Duress | undefined>(undefined);

let timer: ReturnType<typeof setTimeout> | undefined;
/** Of a raise that got no answer: pressing again raises that one and not a second. */
let key: string | undefined;

const show = (next: Duress | undefined, forMs?: number): void => {
  clearTimeout(timer);
  duress.value = next;
  if (forMs !== undefined)
    timer = setTimeout(() => {
      duress.value = undefined;
    }, forMs);
};

/** One press of the button; the second within three seconds raises, without any further question. */
export const press = (scenario: Scenario): void => {
  const { scenarioId } = scenario;
  const { value } = duress;
  if (value?.scenarioId === scenarioId) {
    if (value.state === "armed" || value.state === "failed") void raise(scenarioId);
    // Under way or done: a third press of shaking hands is no second alarm.
    return;
  }
  show({ scenarioId, state: "armed" }, secondTapMs);
};

const raise = async (scenarioId: string): Promise<void> => {
  show({ scenarioId, state: "sending" });
  key ??= newIdempotencyKey();
  try {
    // `confirm`: a person in need who pressed thirty times is not asked whether they mean it.
    await api().raiseAlarm({ scenarioId, confirm: true }, key);
    key = undefined;
    show({ scenarioId, state: "sent" }, shownMs);
  } catch (error) {
    if (error instanceof StandbyProblem || !(error instanceof StandbyUnreachable)) key = undefined;
    show({ scenarioId, state: "failed" });
  }
};
