import type { RecordBody, RecordType } from "../../protocol/records.ts";
import { cutOf, type Seal } from "../statistics/cuts.ts";
import { safeCells } from "../statistics/disclosure.ts";

/** Whose record it is, and how secrets are made of texts; without that nothing of people is published. */
export interface Derivation {
  tenantId: string;
  seal?: Seal | undefined;
}

type Derived = { [T in RecordType]?: (body: RecordBody<T>, of: Derivation) => unknown };

/**
 * What projections need besides the event's own row: pure functions of the record, too much for SQL. It reaches the
 * statements that ask for it as `?2`, as JSON.
 */
const derived: Derived = {
  "presence.counted": (counted, { tenantId, seal }) =>
    seal === undefined
      ? []
      : safeCells(counted, (kind, ref) => cutOf(seal, ["presence", tenantId, counted.siteId, kind, ref])),
};

/** The parameters of a projection of this record. */
export const parametersOf = (sql: string, eventId: string, facts: string | undefined): string[] =>
  facts !== undefined && sql.includes("?2") ? [eventId, facts] : [eventId];

export const derivedFrom = (type: RecordType, body: unknown, of: Derivation): string | undefined => {
  // `body` was decoded by the schema of `type`.
  const derive = derived[type] as ((body: unknown, of: Derivation) => unknown) | undefined;
  return derive === undefined ? undefined : JSON.stringify(derive(body, of));
};
