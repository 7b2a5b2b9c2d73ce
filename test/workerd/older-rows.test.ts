/**
 * Proves that an alarm stored before alarms had a course (issue 3) is read, shown, answered and ended by today's code: a row of an
 * older version is decoded, never guessed at. The row is written as that version wrote it; that its migrations run is for
 * migrations.test.ts.
 */
import { evictAllDurableObjects } from "cloudflare:test";
import { expect, test } from "vitest";
import { Alarm } from "../../protocol/alarms.ts";
import { query } from "./harness/storage.ts";
import { Tenant } from "./harness/tenant.ts";

test("an open alarm of before the course is shown, lists its recipients, and can be ended and opened again", async () => {
  const tenant = await Tenant.make();
  const userId = await tenant.addPerson("guard");
  const raisedAt = Date.now() - 60_000;
  const body = {
    kind: "actual",
    urgency: "urgent",
    silent: false,
    title: "Fire",
    alarmId: "alm_ofIssueThree01",
    seq: 1,
    raisedAt,
    raisedBy: { type: "user", id: tenant.admin.user.userId, name: "An Admin" },
  };
  const recipients = JSON.stringify([{ place: "roaming", userIds: [userId] }]);
  await query(
    tenant.stub,
    `INSERT INTO alarms (alarm_id, seq, raised_at, body, recipients)
     VALUES ('${body.alarmId}', 1, ${raisedAt}, '${JSON.stringify(body)}', '${recipients}')`,
  );
  await query(tenant.stub, "INSERT INTO meta (key, value) VALUES ('seq', '1')");
  await evictAllDurableObjects();

  const shown = Alarm.parse((await tenant.call("GET", `/alarms/${body.alarmId}`)).body);
  expect(shown).toMatchObject({ state: "open", title: "Fire", counts: { recipients: 1 } });
  expect(shown.escalation).toBeUndefined();
  expect(await tenant.recipients(body.alarmId)).toMatchObject([{ userId }]);
  const why = await tenant.call("GET", `/alarms/${body.alarmId}/recipients/${userId}`);
  expect(why.body).toMatchObject({ alarmed: true });
  const again = await tenant.call("POST", `/alarms/${body.alarmId}/re-alarm`, { body: { who: "all" } });
  expect(again.body).toMatchObject({ reAlarms: 1 });
  const ended = await tenant.call("POST", `/alarms/${body.alarmId}/stand-down`, { body: { reason: "over" } });
  expect(ended.body).toMatchObject({ state: "ended" });
  const reopened = await tenant.call("POST", `/alarms/${body.alarmId}/re-open`);
  expect(reopened.body).toMatchObject({ state: "open" });
});
