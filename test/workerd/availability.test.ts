import { evictDurableObject } from "cloudflare:test";
import { exports } from "cloudflare:workers";
import ICAL from "ical.js";
import { afterEach, describe, expect, test, vi } from "vitest";
import { calendarWays } from "../../actors/tenant/availability/calendar-ways.ts";
import type { Fetch } from "../../actors/tenant/channels/adapters/outgoing.ts";
import { Session } from "../../protocol/access.ts";
import { Raised } from "../../protocol/alarms.ts";
import {
  AvailabilityException,
  AvailabilityPattern,
  Calendar,
  CalendarFeed,
  HolidayList,
  UserAvailability,
} from "../../protocol/availability.ts";
import { page } from "../../protocol/lists.ts";
import { CreatedUser } from "../../protocol/people.ts";
import { holdClock } from "./harness/clock.ts";
import { fireTimers, kill, query } from "./harness/storage.ts";
import { call, password, Tenant } from "./harness/tenant.ts";

// Availability as the tenant keeps it (P6): stored before it is answered, there after an eviction, used by alarms, on boards at the
// time it changes, seen by colleagues and by nobody else; calendars in by file and by address, and a feed out. The rules themselves
// are test/core/availability.test.ts, hostile calendars availability-ical.test.ts, the real network test/system/availability.test.ts.

// A Monday, noon in Amsterdam.
const clock = holdClock("2093-06-01T10:00:00.000Z");
const iso = (ms: number) => new Date(ms).toISOString();
const hour = 3_600_000;

const recorded = async (tenant: Tenant, type: string): Promise<unknown[]> =>
  (await query(tenant.stub, "SELECT body FROM log WHERE type = ? ORDER BY seq", type)).map(
    ({ body }) => JSON.parse(String(body)) as unknown,
  );
const called = async (tenant: Tenant, body: object): Promise<string[]> => {
  const answer = await tenant.call("POST", "/alarms", {
    body: { title: "Fire", conditions: { available: true }, targets: { everyone: true }, ...body },
  });
  expect(answer.status, JSON.stringify(answer.body)).toBe(202);
  const people = await tenant.recipients(Raised.parse(answer.body).alarmId);
  return people.map(({ userId }) => userId).toSorted();
};
const ask = async (tenant: Tenant, userId: string, token: string, search = "") =>
  UserAvailability.parse((await tenant.call("GET", `/users/${userId}/availability${search}`, { token })).body);
const dueAt = async (tenant: Tenant): Promise<number | undefined> => {
  const [row] = await query(tenant.stub, "SELECT due_at FROM timers WHERE name = 'availability:next'");
  return row === undefined ? undefined : Number(row.due_at);
};
/** A colleague with a session of a browser: calendars are not for devices. */
const colleague = async (tenant: Tenant, username: string) => {
  const body = { username, firstName: "U", lastName: username, permission: "responder" };
  const { invitation, userId } = CreatedUser.parse((await tenant.call("POST", "/users", { body })).body);
  const accepted = await call("POST", `/v1/${tenant.slug}/invitations/accept`, { body: { invitation, password } });
  return { userId, token: Session.parse(accepted.body).token };
};
const ics = (...events: string[][]): string =>
  [
    "BEGIN:VCALENDAR",
    "VERSION:2.0",
    ...events.flatMap((lines) => ["BEGIN:VEVENT", "UID:1", ...lines, "END:VEVENT"]),
    "END:VCALENDAR",
    "",
  ].join("\r\n");
const meeting = ["DTSTART;TZID=Europe/Amsterdam:20930601T113000", "DURATION:PT90M", "SUMMARY:Secret merger"];

describe("rules", () => {
  test("I1: patterns, exceptions and words decide who is called, also after an eviction; what nobody said anything of is available", async () => {
    const tenant = await Tenant.make();
    const [office, night, excused, said] = await Promise.all(
      ["office", "night", "excused", "said"].map(async (name) => tenant.enrol(await tenant.addPerson(name))),
    );
    const put = async (who: { token: string } | undefined, path: string, body: object, method = "PUT") => {
      const answer = await tenant.call(method, path, { token: who?.token as string, body });
      expect([200, 201], JSON.stringify(answer.body)).toContain(answer.status);
      return answer.body;
    };
    const weekdays = [1, 2, 3, 4, 5];
    const blocks = (from: string, to: string) => ({ blocks: [{ weekdays, from, to }] });
    expect(AvailabilityPattern.parse(await put(office, "/me/availability-pattern", blocks("09:00", "17:00")))).toEqual({
      timeZone: "Europe/Amsterdam",
      holidays: "asUsual",
      ...blocks("09:00", "17:00"),
    });
    await put(night, "/me/availability-pattern", blocks("22:00", "06:00"));
    const exception = { from: iso(clock.now() - hour), to: iso(clock.now() + hour), available: false };
    AvailabilityException.parse(await put(excused, "/me/availability-exceptions", exception, "POST"));
    await put(said, "/me/availability", { available: false });

    const wanted = [office?.userId, tenant.admin.user.userId].toSorted();
    expect(await called(tenant, {})).toEqual(wanted);
    await evictDurableObject(tenant.stub);
    expect(await called(tenant, {})).toEqual(wanted);
    expect(await recorded(tenant, "availability.patternSaved")).toHaveLength(2);
    expect(await recorded(tenant, "availability.exceptionSaved")).toMatchObject([
      { userId: excused?.userId, available: false, version: 1 },
    ]);
  });

  test("available as first aider but not as team lead: called as the one and not as the other", async () => {
    const tenant = await Tenant.make();
    const role = async (name: string) =>
      ((await tenant.call("POST", "/roles", { body: { name } })).body as { roleId: string }).roleId;
    const [aid, lead, other] = [await role("First aider"), await role("Team lead"), await role("Other")];
    const who = await tenant.enrol(await tenant.addPerson("both", { roleIds: [aid, lead] }));
    const body = { from: iso(clock.now()), to: iso(clock.now() + hour), available: false, roleIds: [lead] };
    const made = await tenant.call("POST", "/me/availability-exceptions", { token: who.token, body });
    expect(made.status).toBe(201);
    expect(await called(tenant, { targets: { roles: [lead] } })).toEqual([]);
    expect(await called(tenant, { targets: { roles: [aid] } })).toEqual([who.userId]);
    expect(await called(tenant, { targets: { roles: [aid, lead] } })).toEqual([who.userId]);
    const foreign = { ...body, roleIds: [other] };
    const refused = await tenant.call("POST", "/me/availability-exceptions", { token: who.token, body: foreign });
    expect(refused.body).toMatchObject({ code: "invalid", errors: [{ path: "roleIds" }] });
  });

  test("a word is taken back: the rules decide again; twice is harmless", async () => {
    const tenant = await Tenant.make();
    const who = await tenant.enrol(await tenant.addPerson("word"));
    await tenant.call("PUT", "/me/availability", { token: who.token, body: { available: false } });
    for (let i = 0; i < 2; i++)
      expect((await tenant.call("DELETE", "/me/availability", { token: who.token })).status).toBe(204);
    expect(await called(tenant, {})).toContain(who.userId);
    expect(await recorded(tenant, "availability.changed")).toMatchObject([
      { available: false, version: 1 },
      { available: true, until: clock.now(), version: 2 },
    ]);
  });

  test("holidays: the admin chooses the country's and adds days; a person chooses whether they mean not available", async () => {
    const tenant = await Tenant.make();
    const [off, asUsual] = await Promise.all(
      ["off", "usual"].map(async (name) => tenant.enrol(await tenant.addPerson(name))),
    );
    await tenant.call("PUT", "/me/availability-pattern", {
      token: off?.token as string,
      body: { holidays: "unavailable" },
    });
    await tenant.call("PUT", "/me/availability-pattern", { token: asUsual?.token as string, body: {} });
    // 1 June 2093 is Whit Monday.
    const body = { country: "NL", days: [{ date: "2093-12-31", name: "Closed" }] };
    const saved = HolidayList.parse((await tenant.call("PUT", "/holidays", { body })).body);
    expect(saved.holidays).toContainEqual({ date: "2093-06-01", holiday: "whitMonday" });
    expect(saved.holidays).toContainEqual({ date: "2093-12-31", name: "Closed" });
    expect(await called(tenant, {})).toEqual([asUsual?.userId, tenant.admin.user.userId].toSorted());
    expect((await tenant.call("PUT", "/holidays", { token: off?.token as string, body })).status).toBe(403);
    await tenant.call("PUT", "/holidays", { body: { ...body, except: ["2093-06-01"] } });
    expect(await called(tenant, {})).toContain(off?.userId);
  });
});

describe("boundaries", () => {
  test("I11: a word that ends reaches the board at its time, by the tenant's one timer, also when the actor was killed meanwhile", async () => {
    const tenant = await Tenant.make();
    const siteId = await tenant.addSite("Board");
    const watcher = await tenant.addDevice("watcher", { permission: "coordinator" });
    const [one, two] = [await tenant.addDevice("one"), await tenant.addDevice("two")];
    for (const device of [one, two]) {
      device.send({ type: "presence", siteId, present: true });
      await device.next("presence");
    }
    // A watch lasts ten minutes.
    const [soon, late] = [clock.now() + 4 * 60_000, clock.now() + 8 * 60_000];
    for (const [device, until] of [
      [one, soon],
      [two, late],
    ] as const) {
      device.send({ type: "availability", available: false, until: iso(until) });
      await device.next("availability");
    }
    expect(await dueAt(tenant)).toBe(soon);
    watcher.send({ type: "watch", board: "site", siteId });
    await watcher.next("board");
    const shows = (userId: string, available: boolean) =>
      watcher.next(
        "board",
        (frame) =>
          frame.board === "site" &&
          frame.people.some((person) => person.userId === userId && person.available === available),
      );

    clock.goTo(soon);
    await fireTimers(tenant.stub, "availability:next");
    await shows(one.userId, true);
    expect(await dueAt(tenant)).toBe(late);
    await kill(tenant.stub);
    clock.goTo(late);
    await fireTimers(tenant.stub, "availability:next");
    await shows(two.userId, true);
    expect(await dueAt(tenant)).toBeUndefined();
    // Run twice it finds nothing to do.
    await fireTimers(tenant.stub, "availability:next");
  });

  test("a pattern's next boundary is the timer's, whoever's it is", async () => {
    const tenant = await Tenant.make();
    const begin = (time: string) => iso(Date.parse(time));
    for (const [name, from] of [
      ["late", "15:00"],
      ["soon", "13:00"],
    ] as const) {
      const who = await tenant.enrol(await tenant.addPerson(name));
      const today = ((new Date(clock.now()).getUTCDay() + 6) % 7) + 1;
      const body = { blocks: [{ weekdays: [today], from, to: "24:00" }], timeZone: "UTC" };
      await tenant.call("PUT", "/me/availability-pattern", { token: who.token, body });
    }
    const date = iso(clock.now()).slice(0, 10);
    expect(iso((await dueAt(tenant)) ?? 0)).toBe(begin(`${date}T13:00:00Z`));
  });
});

describe("P6: what colleagues see", () => {
  test("every colleague sees when, nobody else why or what was not shared", async () => {
    const tenant = await Tenant.make();
    const [own, peer] = [
      await tenant.enrol(await tenant.addPerson("own")),
      await tenant.enrol(await tenant.addPerson("peer")),
    ];
    const start = clock.now();
    const say = (body: object) => tenant.call("POST", "/me/availability-exceptions", { token: own.token, body });
    await say({ from: iso(start), to: iso(start + hour), available: false, note: "dentist" });
    await say({
      from: iso(start + hour),
      to: iso(start + 2 * hour),
      available: false,
      note: "training",
      shareNote: true,
    });
    const search = `?from=${iso(start)}&to=${iso(start + 3 * hour)}`;
    const mine = await ask(tenant, own.userId, own.token, search);
    expect(mine.segments).toMatchObject([
      { available: false, because: "exception", note: "dentist" },
      { available: false, because: "exception", note: "training" },
      { available: true, because: "default" },
    ]);
    const seen = await ask(tenant, own.userId, peer.token, search);
    expect(seen.segments).toEqual([
      { from: iso(start), to: iso(start + hour), available: false },
      { from: iso(start + hour), to: iso(start + 2 * hour), available: false, note: "training" },
      { from: iso(start + 2 * hour), to: iso(start + 3 * hour), available: true },
    ]);
    const list = page(UserAvailability).parse(
      (await tenant.call("GET", `/availability${search}`, { token: peer.token })).body,
    );
    expect(list.items.map(({ userId }) => userId).toSorted()).toEqual(
      [own.userId, peer.userId, tenant.admin.user.userId].toSorted(),
    );
    expect(JSON.stringify(list)).not.toContain("dentist");
    expect(list.items.find(({ userId }) => userId === own.userId)).toEqual(seen);
  });

  test("by role and site; a page at a time; a range that is none, or too long, is refused", async () => {
    const tenant = await Tenant.make();
    const siteId = await tenant.addSite("Home");
    const { roleId } = (await tenant.call("POST", "/roles", { body: { name: "Aid" } })).body as { roleId: string };
    const [both] = [
      await tenant.addPerson("both", { roleIds: [roleId], homeSiteId: siteId }),
      await tenant.addPerson("role", { roleIds: [roleId] }),
    ];
    const list = async (search: string) =>
      page(UserAvailability).parse((await tenant.call("GET", `/availability?${search}`)).body);
    expect((await list(`role=${roleId}&site=${siteId}`)).items.map(({ userId }) => userId)).toEqual([both]);
    const first = await list("limit=2");
    expect([first.items.length, (await list(`limit=2&cursor=${first.nextCursor}`)).items.length]).toEqual([2, 1]);
    const now = clock.now();
    // As many times of each as were asked for; the range is still what it was.
    const own = await tenant.enrol(both ?? "");
    const blocks = [{ weekdays: [1, 2, 3, 4, 5, 6, 7], from: "08:00", to: "17:00" }];
    await tenant.call("PUT", "/me/availability-pattern", { token: own.token, body: { blocks } });
    const [whole] = (await list(`role=${roleId}&site=${siteId}`)).items;
    const [few] = (await list(`role=${roleId}&site=${siteId}&segments=2`)).items;
    expect(whole?.segments.length).toBeGreaterThan(10);
    expect(few?.segments).toEqual(whole?.segments.slice(0, 2));
    expect(Date.parse(few?.to ?? "") - Date.parse(few?.from ?? "")).toBe(7 * 24 * hour);
    expect((await tenant.call("GET", "/availability?segments=0")).status).toBe(422);
    for (const [from, to] of [
      [now, now],
      [now, now - 1],
      [now, now + 32 * 24 * hour],
    ])
      expect((await tenant.call("GET", `/availability?from=${iso(from ?? 0)}&to=${iso(to ?? 0)}`)).status).toBe(422);
  });

  test("I6: people, exceptions and calendars of another tenant, or of a colleague, are unknown ones", async () => {
    const [tenant, other] = [await Tenant.make(), await Tenant.make()];
    const [own, peer, stranger] = [
      await colleague(tenant, "own"),
      await colleague(tenant, "peer"),
      await colleague(other, "stranger"),
    ];
    const body = { from: iso(clock.now()), to: iso(clock.now() + hour), available: false };
    const { exceptionId } = AvailabilityException.parse(
      (await tenant.call("POST", "/me/availability-exceptions", { token: own.token, body })).body,
    );
    const made = await tenant.call("POST", "/me/calendars", {
      token: own.token,
      body: { name: "Work", text: ics(meeting) },
    });
    const { calendarId } = Calendar.parse(made.body);
    expect(made.headers.get("location")).toBe(`/v1/${tenant.slug}/me/calendars/${calendarId}`);
    const unknown = (await tenant.call("GET", "/users/usr_doesnotexist/availability", { token: peer.token })).body;
    for (const path of [
      `/users/${stranger.userId}/availability`,
      `/me/availability-exceptions/${exceptionId}`,
      `/me/calendars/${calendarId}`,
    ])
      expect((await tenant.call("GET", path, { token: peer.token })).body).toEqual(unknown);
    for (const path of [`/me/availability-exceptions/${exceptionId}`, `/me/calendars/${calendarId}`]) {
      expect((await tenant.call("DELETE", path, { token: peer.token })).status).toBe(404);
      expect((await tenant.call("GET", path, { token: own.token })).status).toBe(200);
    }
  });
});

describe("calendars in", () => {
  afterEach(() => vi.restoreAllMocks());

  test("a file makes its owner unavailable in its times; of events nothing but times is kept or recorded; a newer file replaces it", async () => {
    const tenant = await Tenant.make();
    const own = await colleague(tenant, "own");
    const made = await tenant.call("POST", "/me/calendars", {
      token: own.token,
      body: { name: "Work", text: ics(meeting) },
    });
    expect(Calendar.parse(made.body)).toMatchObject({ source: "file", state: "ok", busy: 1, skipped: 0 });
    const start = Date.parse("2093-06-01T09:30:00Z");
    const search = `?from=${iso(start)}&to=${iso(start + 3 * hour)}`;
    const segments = async () => (await ask(tenant, own.userId, own.token, search)).segments;
    const busy = { from: iso(start), to: iso(start + 1.5 * hour), available: false, because: "calendar" };
    expect(await segments()).toContainEqual(busy);
    await evictDurableObject(tenant.stub);
    expect(await segments()).toContainEqual(busy);
    const tables = (await query(tenant.stub, "SELECT body, busy FROM calendars")).concat(
      await query(tenant.stub, "SELECT body FROM log"),
    );
    expect(JSON.stringify(tables)).not.toContain("merger");

    const { calendarId } = Calendar.parse(made.body);
    const path = `/me/calendars/${calendarId}`;
    const patched = await tenant.call("PATCH", path, { token: own.token, body: { name: "Mine", text: ics() } });
    expect(Calendar.parse(patched.body)).toMatchObject({ name: "Mine", busy: 0 });
    expect(await segments()).toEqual([
      { from: iso(start), to: iso(start + 3 * hour), available: true, because: "default" },
    ]);
    expect((await tenant.call("DELETE", path, { token: own.token })).status).toBe(204);
    expect((await recorded(tenant, "availability.calendarSaved")).at(-1)).toMatchObject({ calendarId, deleted: true });
  });

  test("what is no calendar, and an address that is not public (T19), are refused", async () => {
    const tenant = await Tenant.make();
    const own = await colleague(tenant, "own");
    const make = (body: object) =>
      tenant.call("POST", "/me/calendars", { token: own.token, body: { name: "Work", ...body } });
    expect((await make({ text: "<html>" })).body).toMatchObject({ code: "invalid", errors: [{ path: "text" }] });
    for (const url of [
      "http://calendar.example.com/a.ics",
      "https://10.0.0.1/a.ics",
      "https://localhost/a.ics",
      "file:///etc/passwd",
      "webcal://127.0.0.1/a.ics",
    ])
      expect((await make({ url })).body).toMatchObject({ code: "invalid", errors: [{ path: "url" }] });
    expect((await make({})).status).toBe(422);
    expect((await make({ text: ics(), url: "https://calendar.example.com/a.ics" })).status).toBe(422);
  });

  /** The way out, in the hands of the test. */
  const line = (answer: (address: string, init: RequestInit) => Response | Promise<Response>): Fetch => {
    const fetched = vi.fn<Fetch>(async (address, init) => answer(address, init));
    vi.spyOn(calendarWays, "of").mockReturnValue({ public: fetched, privateHosts: new Set() });
    return fetched;
  };

  test("I11: an address is read on a timer, the unchanged one by its ETag; killed in between it is read again; failing, it keeps what it had", async () => {
    let answer = (_init: RequestInit): Response => new Response(ics(meeting), { headers: { etag: '"v1"' } });
    const asked: (string | null)[] = [];
    line((_, init) => {
      asked.push(new Headers(init.headers).get("if-none-match"));
      return answer(init);
    });
    const tenant = await Tenant.make();
    const own = await colleague(tenant, "own");
    const body = { name: "Work", url: "webcal://calendar.example.com/secret.ics" };
    const made = Calendar.parse((await tenant.call("POST", "/me/calendars", { token: own.token, body })).body);
    expect(made).toMatchObject({ state: "waiting", busy: 0 });
    const read = async () =>
      Calendar.parse((await tenant.call("GET", `/me/calendars/${made.calendarId}`, { token: own.token })).body);
    // Killed before it is read: the timer is a row.
    await kill(tenant.stub);
    await fireTimers(tenant.stub, "calendars");
    await vi.waitUntil(async () => (await read()).state === "ok");
    expect(await read()).toMatchObject({ busy: 1, readAt: expect.stringMatching("^2093") });
    expect((await ask(tenant, own.userId, own.token)).segments[0]).toMatchObject({
      available: false,
      because: "calendar",
    });

    answer = () => new Response(null, { status: 304 });
    clock.pass(hour);
    const again = iso(clock.now());
    await fireTimers(tenant.stub, "calendars");
    await vi.waitUntil(async () => ((await read()).readAt ?? "") >= again);
    expect(asked).toEqual([null, '"v1"']);
    expect(await read()).toMatchObject({ state: "ok", busy: 1 });

    answer = () => new Response("no", { status: 503 });
    clock.pass(hour);
    await fireTimers(tenant.stub, "calendars");
    await vi.waitUntil(async () => (await read()).state === "failed");
    expect(await read()).toMatchObject({ failure: "serverDown", busy: 1 });
    expect(JSON.stringify(await query(tenant.stub, "SELECT body FROM log"))).not.toContain("secret.ics");
  });

  test("T19: each redirect is held against the rule of ways out, and there are few of them", async () => {
    const fetched = line((address) =>
      address.includes("loop")
        ? new Response(null, { status: 302, headers: { location: "https://calendar.example.com/loop" } })
        : new Response(null, { status: 302, headers: { location: "http://169.254.169.254/latest/" } }),
    );
    const tenant = await Tenant.make();
    const own = await colleague(tenant, "own");
    for (const url of ["https://calendar.example.com/inside", "https://calendar.example.com/loop"])
      await tenant.call("POST", "/me/calendars", { token: own.token, body: { name: "Work", url } });
    const list = async () =>
      page(Calendar).parse((await tenant.call("GET", "/me/calendars", { token: own.token })).body).items;
    await fireTimers(tenant.stub, "calendars");
    await vi.waitUntil(async () => (await list()).every(({ state }) => state === "failed"));
    expect((await list()).map(({ failure }) => failure).toSorted()).toEqual(["addressRefused", "redirected"]);
    expect(vi.mocked(fetched).mock.calls.map(([address]) => address)).not.toContain("http://169.254.169.254/latest/");
    expect(vi.mocked(fetched).mock.calls).toHaveLength(1 + 4);
  });
});

describe("the feed out", () => {
  test("T13: whoever has the address reads it; another's token, an invented one and one that was ended are unknown", async () => {
    const [tenant, other] = [await Tenant.make(), await Tenant.make()];
    const own = await colleague(tenant, "own");
    // iCalendar knows whole seconds.
    const start = Math.ceil(clock.now() / 1_000) * 1_000;
    const body = { from: iso(start + hour), to: iso(start + 2 * hour), available: false, note: "dentist" };
    await tenant.call("POST", "/me/availability-exceptions", { token: own.token, body });
    const make = async () =>
      CalendarFeed.parse((await tenant.call("POST", "/me/calendar-feed", { token: own.token })).body);
    const first = await make();
    const read = async (url: string) => {
      const { pathname } = new URL(url);
      const answer = await exports.default.fetch(`https://standby.test${pathname}`);
      return { status: answer.status, type: answer.headers.get("content-type"), text: await answer.text() };
    };
    const feed = await read(first.url);
    expect(feed).toMatchObject({ status: 200, type: "text/calendar; charset=utf-8" });
    expect(feed.text).not.toContain("dentist");
    const events = new ICAL.Component(ICAL.parse(feed.text))
      .getAllSubcomponents("vevent")
      .map((event) => new ICAL.Event(event));
    expect(
      events.map(({ startDate, endDate }) => [startDate.toJSDate().getTime(), endDate.toJSDate().getTime()]),
    ).toEqual([[start + hour, start + 2 * hour]]);
    // Read back in, it makes nobody unavailable.
    const back = await tenant.call("POST", "/me/calendars", {
      token: own.token,
      body: { name: "Own", text: feed.text },
    });
    expect(Calendar.parse(back.body)).toMatchObject({ busy: 0, skipped: 0 });

    const unknown = await read(`https://standby.test/v1/${tenant.slug}/calendars/${"a".repeat(38)}.ics`);
    expect(unknown.status).toBe(404);
    expect(await read(first.url.replace(tenant.slug, other.slug))).toEqual(unknown);
    const second = await make();
    expect(second.url).not.toBe(first.url);
    expect(await read(first.url)).toEqual(unknown);
    expect((await read(second.url)).status).toBe(200);
    expect((await tenant.call("DELETE", "/me/calendar-feed", { token: own.token })).status).toBe(204);
    expect(await read(second.url)).toEqual(unknown);
    expect((await tenant.call("GET", "/me/calendar-feed", { token: own.token })).status).toBe(404);
  });
});
