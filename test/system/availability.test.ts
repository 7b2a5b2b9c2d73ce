/**
 * Calendars on real workerd and sqld, with a real calendar server on loopback (P6): an address is read by the way out that the operator
 * named and no other (T19), a process killed in the middle of reading reads again (I11), what
 * was read decides who an alarm calls, and the feed out is read by whoever has its address until it is ended (T13). Which calendars
 * mean what is test/core/availability-ical.test.ts.
 */
import ICAL from "ical.js";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { Session } from "../../protocol/access.ts";
import { Raised } from "../../protocol/alarms.ts";
import { AvailabilityException, Calendar, CalendarFeed, UserAvailability } from "../../protocol/availability.ts";
import { type InstallationUnderTest, startInstallation } from "./harness/installation.ts";
import { Receiver } from "./harness/receiver.ts";

let standby: InstallationUnderTest;
let server: Receiver;
/** In CHANNEL_PRIVATE_HOSTS, not in CALENDAR_PRIVATE_HOSTS. */
let gateway: Receiver;
/** In neither. */
let stranger: Receiver;
let token: string;
let userId: string;

const hour = 3_600_000;
const utc = (ms: number): string => new Date(ms).toISOString().replace(/[-:]|\.\d+/g, "");
const meeting = (): string =>
  [
    "BEGIN:VCALENDAR",
    "VERSION:2.0",
    "BEGIN:VEVENT",
    "UID:1",
    `DTSTART:${utc(Date.now() - hour)}`,
    `DTEND:${utc(Date.now() + hour)}`,
    "SUMMARY:Merger with Globex",
    "END:VEVENT",
    "END:VCALENDAR",
    "",
  ].join("\r\n");

const ask = async (method: string, path: string, body?: object): Promise<{ status: number; body: unknown }> => {
  const answer = await fetch(`${standby.url}/v1/calendars-test${path}`, {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      ...(body === undefined ? {} : { "content-type": "application/json" }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  return { status: answer.status, body: text === "" ? undefined : JSON.parse(text) };
};
const add = async (url: string): Promise<string> =>
  Calendar.parse((await ask("POST", "/me/calendars", { name: "Work", url })).body).calendarId;
const until = async (calendarId: string, which: (calendar: Calendar) => boolean): Promise<Calendar> => {
  let last: Calendar | undefined;
  await vi.waitUntil(
    async () => {
      last = Calendar.parse((await ask("GET", `/me/calendars/${calendarId}`)).body);
      return which(last);
    },
    { timeout: 60_000, interval: 250 },
  );
  return last as Calendar;
};

beforeAll(async () => {
  server = await Receiver.start(({ path }) => {
    if (path.startsWith("/away")) return { status: 302, headers: { Location: `${stranger.url}/inside` } };
    if (path.startsWith("/gateway")) return { status: 302, headers: { Location: `${gateway.url}/inside` } };
    if (path.startsWith("/large")) return { status: 200, body: `BEGIN:VCALENDAR\r\n${"X".repeat(3 * 1024 * 1024)}` };
    if (path.startsWith("/page")) return { status: 200, body: "<html>Log in</html>" };
    return { status: 200, headers: { "Content-Type": "text/calendar" }, body: meeting() };
  });
  stranger = await Receiver.start(() => ({ status: 200, body: meeting() }));
  gateway = await Receiver.start(() => ({ status: 200, body: meeting() }));
  standby = await startInstallation({
    env: { CALENDAR_PRIVATE_HOSTS: server.host, CHANNEL_PRIVATE_HOSTS: gateway.host },
  });
  const admin = { username: "admin", email: "admin@example.org", firstName: "An", lastName: "Admin" };
  const made = await fetch(`${standby.url}/v1/tenants`, {
    method: "POST",
    headers: { authorization: `Bearer ${standby.operatorToken}`, "content-type": "application/json" },
    body: JSON.stringify({ slug: "calendars-test", name: "Calendars", locale: "nl", admin }),
  });
  const { invitation } = (await made.json()) as { invitation: string };
  const accepted = await ask("POST", "/invitations/accept", { invitation, password: "correct horse battery staple" });
  const session = Session.parse(accepted.body);
  token = session.token;
  userId = session.user.userId;
}, 120_000);

afterAll(async () => {
  await standby?.stop();
  await server?.stop();
  await gateway?.stop();
  await stranger?.stop();
});

test("an address is read at once and decides who is called", {
  timeout: 90_000,
}, async () => {
  const called = async () => {
    const body = { title: "Fire", targets: { everyone: true }, conditions: { available: true } };
    return Raised.parse((await ask("POST", "/alarms", body)).body).recipients;
  };
  expect(await called()).toBe(1);
  const url = `${server.url}/secret-address/work.ics`;
  const calendarId = await add(url);
  expect(await until(calendarId, ({ state }) => state === "ok")).toMatchObject({ busy: 1, skipped: 0 });
  const seen = UserAvailability.parse((await ask("GET", `/users/${userId}/availability`)).body);
  expect(seen.segments[0]).toMatchObject({ available: false, because: "calendar" });
  expect(await called()).toBe(0);
  expect((await ask("DELETE", `/me/calendars/${calendarId}`)).status).toBe(204);
  expect(await called()).toBe(1);
});

test("I11: killed while a calendar is being read, it is read again", { timeout: 120_000 }, async () => {
  await server.set({ is: "lost" });
  const before = server.received.length;
  const calendarId = await add(`${server.url}/slow.ics`);
  await vi.waitUntil(() => server.received.length > before, { timeout: 20_000 });
  await standby.killWorkerd();
  await server.set({ is: "up" });
  await standby.startWorkerd();
  expect(await until(calendarId, ({ state }) => state !== "waiting")).toMatchObject({ state: "ok", busy: 1 });
  await ask("DELETE", `/me/calendars/${calendarId}`);
});

test("T19: no address and no redirect leads to another host of the private network", { timeout: 60_000 }, async () => {
  const { port } = new URL(stranger.url);
  for (const url of [stranger.url, `https://127.0.0.1:${port}/`, `http://localhost:${port}/`, `http://[::1]:${port}/`])
    expect((await ask("POST", "/me/calendars", { name: "In", url })).status).toBe(422);
  const calendarId = await add(`${server.url}/away.ics`);
  expect(await until(calendarId, ({ state }) => state === "failed")).toMatchObject({ failure: "addressRefused" });
  expect(stranger.received).toEqual([]);
  await ask("DELETE", `/me/calendars/${calendarId}`);
});

test("T19: a host that was named for channels is none that a calendar may be read at", {
  timeout: 60_000,
}, async () => {
  const asked = await ask("POST", "/me/calendars", { name: "In", url: `${gateway.url}/in.ics` });
  expect(asked).toMatchObject({ status: 422, body: { code: "invalid", errors: [{ path: "url" }] } });
  const calendarId = await add(`${server.url}/gateway.ics`);
  const moved = await ask("PATCH", `/me/calendars/${calendarId}`, { url: `${gateway.url}/in.ics` });
  expect(moved.status).toBe(422);
  expect(await until(calendarId, ({ state }) => state === "failed")).toMatchObject({ failure: "addressRefused" });
  expect(gateway.received).toEqual([]);
  await ask("DELETE", `/me/calendars/${calendarId}`);
});

test("T21: what is too large or no calendar is given up, and nobody else waits for it", {
  timeout: 60_000,
}, async () => {
  for (const [path, failure] of [
    ["large", "tooLarge"],
    ["page", "notACalendar"],
  ]) {
    const calendarId = await add(`${server.url}/${path}`);
    expect(await until(calendarId, ({ state }) => state === "failed")).toMatchObject({ failure });
    await ask("DELETE", `/me/calendars/${calendarId}`);
  }
});

test("T13: the feed is a calendar for whoever has its address, and dead when it is ended", {
  timeout: 60_000,
}, async () => {
  const from = Math.ceil(Date.now() / 1_000) * 1_000 + hour;
  const body = { from: new Date(from).toISOString(), to: new Date(from + hour).toISOString(), available: false };
  AvailabilityException.parse((await ask("POST", "/me/availability-exceptions", body)).body);
  const { url } = CalendarFeed.parse((await ask("POST", "/me/calendar-feed")).body);
  const answer = await fetch(url);
  expect([answer.status, answer.headers.get("content-type")]).toEqual([200, "text/calendar; charset=utf-8"]);
  const [event] = new ICAL.Component(ICAL.parse(await answer.text())).getAllSubcomponents("vevent");
  expect(event && new ICAL.Event(event).startDate.toJSDate().getTime()).toBe(from);
  await ask("DELETE", "/me/calendar-feed");
  expect((await fetch(url)).status).toBe(404);
});

test("T22: no address of a calendar and no title is in what the parts printed", () => {
  const text = standby.output.join("\n");
  for (const secret of ["secret-address", "Globex"]) expect(text).not.toContain(secret);
});
