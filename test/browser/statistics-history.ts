import { openHistory } from "../../history/client.ts";
import { writeRecords } from "../../history/sink.ts";
import { routes } from "../../protocol/http/routes.ts";
import type { RecordBody, RecordEnvelope, RecordType } from "../../protocol/records.ts";
import { id, record } from "../core/history-samples.ts";
import type { InstallationUnderTest } from "../system/harness/installation.ts";
import { eventually } from "../system/world.ts";
import type { Organisation } from "./organisation.ts";

const quarter = 900_000;
const day = 96 * quarter;
const week = 7 * day;

let events = 0;

/**
 * A past of weeks, which no test can wait for: written by the sink from the records that actors write. A large site in working hours,
 * a rule that is kept and missed, exercises for many and for few, and what came of their messages.
 *
 * @returns the rule's id
 */
export const writePast = async (installation: InstallationUnderTest, organisation: Organisation): Promise<string> => {
  const { url, authToken } = installation.history;
  const history = openHistory({ url, ...(authToken === undefined ? {} : { authToken }) });
  const { admin, siteIds, roleIds, slug } = organisation;
  const tenantId = await eventually(
    async () => {
      const sql = "SELECT tenant_id FROM events WHERE entity = ?";
      const [row] = (await history.$client.execute({ sql, args: [siteIds.north] })).rows;
      if (row === undefined) throw new Error("the site is not in the history yet");
      return String(row.tenant_id);
    },
    20_000,
    "the tenant's id",
  );
  const rule = await admin.call(routes.createStaffingRule, {
    body: { siteId: siteIds.north, roleId: roleIds.firstAid, minimum: 2 },
  });
  const { items: zones } = await admin.call(routes.listZones, { params: { siteId: siteIds.north } });
  const of = <T extends RecordType>(type: T, body: RecordBody<T>, entity: string, at: number): RecordEnvelope =>
    record(type, body, { tenantId, entity, at, eventId: id(`ev${slug.replace(/\W/g, "")}`, ++events) });
  const now = Math.floor(Date.now() / quarter) * quarter;
  const records: RecordEnvelope[] = [];

  for (let at = now - 4 * day; at < now; at += quarter) {
    const hour = new Date(at).getUTCHours();
    // Fewest at night, when nothing may be told; most around noon.
    const present = hour < 6 || hour > 19 ? 3 : 40 + 8 * (6 - Math.abs(12 - hour));
    const firstAid = Math.floor(present / 2);
    const [ground, lab] = zones;
    records.push(
      of(
        "presence.counted",
        {
          siteId: siteIds.north,
          at,
          present,
          people: 160,
          byRole: [
            { roleId: roleIds.firstAid, present: firstAid, people: 80 },
            { roleId: roleIds.teamLead, present: 2, people: 6 },
          ],
          byZone: [
            { zoneId: ground?.zoneId ?? "", present: Math.floor(present / 3) },
            { zoneId: lab?.zoneId ?? "", present: Math.floor(present / 4) },
          ],
        },
        siteIds.north,
        at,
      ),
    );
  }
  for (let at = now - 8 * week, i = 0; at < now; at += day / 2, i++)
    records.push(
      of(
        "staffing.changed",
        {
          staffingRuleId: rule.staffingRuleId,
          state: i % 7 === 3 ? "under" : i % 2 === 0 ? "ok" : "outsideHours",
          counted: 2,
          minimum: 2,
        },
        rule.staffingRuleId,
        at,
      ),
    );
  for (let n = 0; n < 12; n++) records.push(...exercise(n, now - (11 - n) * 27 * day));
  const results = await writeRecords(history, records, (text) => Buffer.from(text).toString("hex").padEnd(16, "0"));
  const [failed] = results.filter(({ ok }) => !ok);
  if (failed !== undefined) throw new Error(`not written: ${JSON.stringify(failed)}`);
  return rule.staffingRuleId;

  /** Each fourth one calls a few people only; those are told of without times. */
  function exercise(n: number, at: number): RecordEnvelope[] {
    const alarmId = id("alm", n);
    const many = n % 4 !== 3;
    const userIds = Array.from({ length: many ? 60 : 3 }, (_, i) => id("usr", i));
    const deviceId = id("dev", 1);
    const answered = (after: number, response: "coming" | "onScene") =>
      of("alarm.answered", { alarmId, userId: id("usr", 1), deviceId, response, version: 1 }, alarmId, at + after);
    return [
      of(
        "alarm.raised",
        {
          alarmId,
          seq: n + 1,
          kind: "exercise",
          urgency: "urgent",
          silent: false,
          title: "Fire in the kitchen",
          raisedAt: at,
          raisedBy: { type: "user", id: id("usr", 0), name: "Ada Bakker" },
          recipients: [{ place: siteIds.north, userIds }],
        },
        alarmId,
        at,
      ),
      of("alarm.receipts", { alarmId, rows: [[id("usr", 1), deviceId, "received", at + 300 + 20 * n]] }, alarmId, at),
      answered(9_000 - 300 * n, "coming"),
      answered(95_000 - 2_000 * n, "onScene"),
      of(
        "alarm.channels",
        {
          alarmId,
          rows: userIds.map((userId, i) => [
            userId,
            "push" as const,
            i % 12 === 0 ? ("failed" as const) : ("delivered" as const),
            at + 5_000,
            null,
          ]),
        },
        alarmId,
        at,
      ),
    ];
  }
};
