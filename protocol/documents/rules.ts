import type { z } from "zod";
import { RaiseAlarm } from "../alarms.ts";
import { Id, TenantRef, Time } from "../ids.ts";
import { UserImport } from "../people.ts";
import { Problem } from "../problems.ts";
import { Watch } from "../socket/client-frames.ts";
import { Targets } from "../targets.ts";
import type { JsonSchema } from "./json-schema.ts";

const neededFor = (board: string, field: string): JsonSchema => ({
  if: { properties: { board: { const: board } } },
  // biome-ignore lint/suspicious/noThenProperty: JSON Schema's own word
  then: { required: [field] },
});

/** What code checks and zod cannot write as JSON Schema by itself, said again in JSON Schema or at least in words. */
export const rules: ReadonlyMap<z.ZodType, JsonSchema> = new Map<z.ZodType, JsonSchema>([
  [Id, { description: "Opaque: nothing may be read from it." }],
  [Time, { description: "RFC 3339 in UTC; answers always carry milliseconds." }],
  [TenantRef, { description: "The tenant's slug or id." }],
  [
    Targets,
    {
      minProperties: 1,
      description:
        "Recipients are users ∪ ((everyone or roles, union) ∩ (sites and zones, union)); a missing side of ∩ does not restrict; only places means everybody there. Ids that do not exist are refused with `invalid`.",
    },
  ],
  [
    RaiseAlarm,
    {
      anyOf: [{ required: ["scenarioId"] }, { required: ["title", "targets"] }],
      description: "Title and targets are needed without a scenario.",
    },
  ],
  [
    UserImport.shape.users.element,
    {
      anyOf: [{ $ref: "#/components/schemas/ImportRow" }, { type: "object" }],
      description:
        "An ImportRow. Rows are checked one by one: good ones are taken, bad ones named in the answer's errors.",
    },
  ],
  [Watch, { allOf: [neededFor("site", "siteId"), neededFor("alarm", "alarmId"), neededFor("rollCall", "rollCallId")] }],
  [Problem, { description: "RFC 9457 problem details; `code` is what programs look at." }],
]);
