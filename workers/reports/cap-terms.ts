import type { EndReason, Raiser } from "../../protocol/alarms.ts";
import type { Category, Kind, Urgency } from "../../protocol/terms.ts";

/** Our words in those of OASIS CAP 1.2 (section 3.2), in one place. Severity and category are CAP's own already. */
export const capTerms = {
  status: { actual: "Actual", exercise: "Exercise", test: "Test" } satisfies Record<Kind, string>,
  /** Immediate: now; Expected: within the hour; Unknown: an information asks for no time. */
  urgency: { urgent: "Immediate", normal: "Expected", information: "Unknown" } satisfies Record<Urgency, string>,
  /** Somebody who raises has seen it; a panel or a missed check-in makes it likely. */
  certainty: { user: "Observed", integration: "Likely", system: "Possible" } satisfies Record<Raiser["type"], string>,
  /** After the end; a false alarm is one that was none. */
  endCertainty: {
    over: "Observed",
    falseAlarm: "Unlikely",
    unwanted: "Unlikely",
    exerciseOver: "Observed",
    mistake: "Unlikely",
  } satisfies Record<EndReason, string>,
  /** Follow the plan that was made beforehand; an information asks to keep an eye on it. */
  responseType: { urgent: "Execute", normal: "Execute", information: "Monitor" } satisfies Record<Urgency, string>,
  /** Where nobody said which: what an in-house emergency organisation is for. */
  category: "Safety" satisfies Category,
  severity: "Unknown",
} as const;
