import type * as schema from "./schema.ts";

/** How long rows are kept (I10). `source` is the promise to customers that fixes the term. */
export const retentionClasses = {
  /** Three months after the row's own time. */
  log: { months: 3, after: "time", source: "P13, P30" },
  /** One month after the customer's contract ended. */
  contract: { months: 1, after: "contractEnd", source: "P12, P17" },
} as const;

export interface Retention {
  class: keyof typeof retentionClasses;
  /** The column a term counts from, in ms since 1970; none where the contract's end counts. */
  time?: string;
}

/**
 * Every table of the history, whether it holds personal data or not: a table without a class does not compile, and
 * test/core/history-retention.test.ts says so too. The alarms' overview (P1) is kept as long as the contract; who did what from which
 * address, which is what `events` adds to it, is a log.
 */
export const retention = {
  events: { class: "log", time: "at" },
  alarms: { class: "contract" },
  alarmRecipients: { class: "contract" },
  alarmSteps: { class: "contract" },
  alarmChannels: { class: "contract" },
  incidents: { class: "contract" },
  incidentNotes: { class: "contract" },
  contacts: { class: "contract" },
  musterPoints: { class: "contract" },
  rollCalls: { class: "contract" },
  rollCallLines: { class: "contract" },
  tenants: { class: "contract" },
  users: { class: "contract" },
  roles: { class: "contract" },
  sites: { class: "contract" },
  zones: { class: "contract" },
  scenarios: { class: "contract" },
  integrations: { class: "contract" },
  availability: { class: "contract" },
  qualifications: { class: "contract" },
  conversations: { class: "contract" },
  messages: { class: "log", time: "at" },
  // Ids alone; a record of before the erasure may be parked for as long as the contract lasts.
  messageErasures: { class: "contract" },
  shifts: { class: "log", time: "endsAt" },
  // Statistics hold no personal data (P16), save channelOutcomes; no longer than the contract all the same (P17).
  presenceSlots: { class: "log", time: "countedAt" },
  presenceCells: { class: "contract" },
  staffingPeriods: { class: "contract" },
  alarmTimings: { class: "contract" },
  channelOutcomes: { class: "contract" },
} as const satisfies Record<keyof typeof schema, Retention>;
