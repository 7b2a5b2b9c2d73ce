/**
 * What a push message looks like on the device, and where a press on it goes (I9; silent alarms; issue 4: 6, 7). Not proved here:
 * that browsers do it (test/browser/push.test.ts).
 */
import { expect, test } from "vitest";
import { onTopAgain, opens, shownAs } from "../../clients/web/push/message.ts";
import type { PushPayload } from "../../protocol/channels.ts";

const alarm: PushPayload = {
  v: 1,
  what: "alarm",
  tenant: "acme",
  alarmId: "alm_12345678",
  kind: "actual",
  urgency: "urgent",
  silent: false,
  title: "Fire",
  text: "Second floor",
  token: "p1234567890",
};

test("an urgent alarm stays until somebody has looked; a re-alarm rings again in its place", () => {
  const { title, options } = shownAs(alarm, false);
  expect(title).toBe("Fire");
  expect(options).toMatchObject({ body: "Second floor", tag: "alm_12345678", requireInteraction: true, silent: false });
  const again = shownAs({ ...alarm, what: "reAlarm" }, false).options;
  expect(again).toMatchObject({ tag: "alm_12345678", renotify: true, silent: false });
});

test.each(["normal", "information"] as const)("a %s alarm rings, and does not stay for ever", (urgency) => {
  expect(shownAs({ ...alarm, urgency }, false).options).toMatchObject({ requireInteraction: false, renotify: true });
});

test("a silent alarm makes no sound and is not held on the screen", () => {
  const { options } = shownAs({ ...alarm, silent: true }, false);
  expect(options).toMatchObject({ silent: true, renotify: false, requireInteraction: false });
});

test("while the person looks at the app, which rings by itself, the notification is quiet", () => {
  expect(shownAs(alarm, true).options).toMatchObject({ silent: true, renotify: false, requireInteraction: false });
});

test("a stand-down takes the alarm's place quietly, and offers no answer any more", () => {
  const { options } = shownAs({ ...alarm, what: "standDown", title: "Fire is over" }, false);
  expect(options).toMatchObject({ tag: "alm_12345678", silent: true, renotify: false, requireInteraction: false });
  expect(options.data).toEqual({ tenant: "acme", alarmId: "alm_12345678" });
});

test("a notice has a place of its own and leaves alarms where they are", () => {
  const { alarmId: _, token: __, ...rest } = alarm;
  const { options } = shownAs({ ...rest, what: "notice" }, false);
  expect(options.tag).toBe("notice acme");
  expect(options.renotify).toBe(false);
});

test("a message of a chat makes no sound, takes its room's place, and is not held on the screen", () => {
  const { alarmId: _, token: __, text: ___, ...rest } = alarm;
  const message = { ...rest, what: "message", conversationId: "cnv_12345678", title: "Ann mentioned you" } as const;
  const { options } = shownAs(message, false);
  expect(options).toMatchObject({ tag: "cnv_12345678", silent: true, renotify: false, requireInteraction: false });
  expect(options.data).toEqual({ tenant: "acme", conversationId: "cnv_12345678" });
  expect(opens(options.data)).toBe("/acme/messages/cnv_12345678");
});

test("after a message the alarms on the screen come back over it, silently, and stay as they were", () => {
  const { title, options } = shownAs(alarm, false);
  const standing = { title, body: "Second floor", tag: "alm_12345678", requireInteraction: true, data: options.data };
  const chat = { title: "Ann", body: "", tag: "cnv_1", requireInteraction: false, data: { conversationId: "cnv_1" } };
  const [again, ...others] = onTopAgain([chat, standing]);
  expect(others).toEqual([]);
  expect(again?.title).toBe("Fire");
  expect(again?.options).toEqual({ ...options, silent: true, renotify: false });
});

test("a press goes to the page that needs no log-in where there is an answer to give, else to the app", () => {
  expect(opens({ tenant: "acme", token: "p1" })).toBe("/a/acme/p1");
  expect(opens({ tenant: "acme" })).toBe("/acme");
  expect(opens({})).toBe("/");
  // Whatever a message holds, it stays on this site.
  expect(opens({ tenant: "//evil.example", token: "../../x" })).toBe("/a/%2F%2Fevil.example/..%2F..%2Fx");
});
