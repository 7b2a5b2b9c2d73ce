import { type SQL, sql } from "drizzle-orm";
import type { Counts, RecipientState } from "../protocol/alarms.ts";
import type { Response } from "../protocol/terms.ts";
import { alarmRecipients as r } from "./schema.ts";

/**
 * How far a recipient got, from what happened: pending < sent < notReached < received < seen < answered. An answer says
 * that it was seen, and seeing that it was received, also when the record of that is still on its way.
 */
export const recipientState = sql<RecipientState>`CASE
  WHEN ${r.answerVersion} IS NOT NULL THEN 'answered'
  WHEN ${r.seenAt} IS NOT NULL THEN 'seen'
  WHEN ${r.receivedAt} IS NOT NULL THEN 'received'
  WHEN ${r.notReachedAt} IS NOT NULL THEN 'notReached'
  WHEN ${r.sentAt} IS NOT NULL THEN 'sent'
  ELSE 'pending' END`;

const count = (condition: SQL) => sql<number>`count(*) FILTER (WHERE ${condition})`;
const response = (name: Response) => count(sql`${r.response} = ${name}`);

/** `sent`, `received` and `seen` count everybody who got at least that far (protocol/alarms.ts, Counts). */
export const recipientCounts = {
  recipients: sql<number>`count(*)`,
  sent: count(sql`${r.sentAt} IS NOT NULL OR ${recipientState} IN ('received', 'seen', 'answered')`),
  received: count(sql`${recipientState} IN ('received', 'seen', 'answered')`),
  seen: count(sql`${recipientState} IN ('seen', 'answered')`),
  coming: response("coming"),
  notComing: response("notComing"),
  enRoute: response("enRoute"),
  onScene: response("onScene"),
  notReached: count(sql`${recipientState} = 'notReached'`),
} satisfies Record<keyof Counts, SQL<number>>;
