import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { emptyDirectory } from "../../actors/tenant/directory/directory.ts";
import { expand } from "../../actors/tenant/roster/expanding.ts";
import { readCsv } from "../../actors/tenant/roster/import-csv.ts";
import { readIcal } from "../../actors/tenant/roster/import-ical.ts";
import { planShifts, type WantedShift } from "../../actors/tenant/roster/planning.ts";
import { inColumns, resolveRows } from "../../actors/tenant/roster/resolving.ts";
import { type KeptShift, overlaps } from "../../actors/tenant/roster/shift.ts";
import type { ShiftTemplate } from "../../protocol/rosters.ts";
import { RosterMemory } from "./roster-memory.ts";

/**
 * Proves that rosters come in from files and templates as they were meant: names, local times over both changes of the clock, good rows
 * taken and bad ones named, the same again unchanged, and nobody in two places (I4). Files of anybody's making end in an answer (T21).
 * Not: that parsing happens at the edge, and what is stored (test/workerd/rosters.test.ts).
 */

const zone = "Europe/Amsterdam";
const people = { ann: ["roleA"], bob: ["roleA", "roleB"], cor: ["roleA", "roleB"] };
const directory = emptyDirectory();
directory.sites.set("siteHq", { siteId: "siteHq", name: "Head office", timeZone: zone });
directory.roles.set("roleA", { roleId: "roleA", name: "First aider" });
directory.roles.set("roleB", { roleId: "roleB", name: "Team lead" });
for (const [userId, roleIds] of Object.entries(people)) {
  const facts = {
    firstName: userId,
    lastName: "X",
    email: `${userId}@example.org`,
    locale: "nl",
    permission: "responder",
  } as const;
  directory.people.set(userId, { userId, username: userId, ...facts, roleIds, enabled: true, version: 1 });
  directory.byUsername.set(userId, userId);
}

class Importer {
  readonly roster = new RosterMemory(people);
  #made = 0;

  take(wanted: readonly WantedShift[]) {
    const { result, change } = planShifts(this.roster, wanted, this.roster.byOrigin(wanted.map((one) => one.origin)), {
      newShiftId: () => `shift${++this.#made}`,
      room: 1_000,
      now: 0,
    });
    this.roster.apply(change);
    return result;
  }

  csv(text: string, defaults: { siteId?: string; roleId?: string } = {}) {
    const file = readCsv(text, 1_000);
    if (!file.ok) throw new Error(JSON.stringify(file.refusal));
    const { wanted, errors } = resolveRows(file.value.rows, directory, {
      format: "csv",
      zoneOf: () => zone,
      ...defaults,
    });
    const result = this.take(wanted);
    return { ...result, errors: inColumns([...file.value.errors, ...errors, ...result.errors]) };
  }

  ical(text: string, defaults: { siteId?: string; roleId?: string } = {}) {
    const limits = { from: Date.UTC(2026, 0, 1), until: Date.UTC(2028, 0, 1), most: 5_000, mostText: 1_000_000 };
    const file = readIcal(text, limits);
    if (!file.ok) throw new Error(JSON.stringify(file.refusal));
    const { wanted, errors } = resolveRows(file.value.rows, directory, {
      format: "ical",
      zoneOf: () => zone,
      ...defaults,
    });
    const result = this.take(wanted);
    return { ...result, errors: inColumns([...file.value.errors, ...errors, ...result.errors]) };
  }

  get shown(): string[] {
    return [...this.roster.shifts.values()]
      .sort((a, b) => a.startsAt - b.startsAt || (a.userId ?? "").localeCompare(b.userId ?? ""))
      .map(
        ({ startsAt, endsAt, roleId, userId = "-" }) =>
          `${new Date(startsAt).toISOString().slice(0, 16)} ${(endsAt - startsAt) / 3_600_000}h ${roleId} ${userId}`,
      );
  }
}

describe("CSV", () => {
  const head = "site,role,person,start,end,note";
  const row = (person: string, start: string, end: string, role = "First aider", note = "") =>
    `head OFFICE,${role},${person},${start},${end},${note}`;

  test("is taken with local times and offsets, by username or address; the same again is unchanged", () => {
    const one = new Importer();
    const text = [
      head,
      row("ann", "2026-11-23 09:00", "2026-11-23 17:00"),
      row("BOB@example.org", "2026-11-23T09:00:00+01:00", "2026-11-23T16:00:00Z", "team lead", '"keys, at the desk"'),
      row("", "2026-07-01 22:00", "2026-07-02 06:00"),
    ].join("\r\n");
    expect(one.csv(`\uFEFF${text}\r\n`)).toEqual({ created: 3, updated: 0, unchanged: 0, errors: [] });
    const shown = ["2026-07-01T20:00 8h roleA -", "2026-11-23T08:00 8h roleA ann", "2026-11-23T08:00 8h roleB bob"];
    expect(one.shown).toEqual(shown);
    expect([...one.roster.shifts.values()].find(({ userId }) => userId === "bob")?.note).toBe("keys, at the desk");
    expect(one.csv(text)).toEqual({ created: 0, updated: 0, unchanged: 3, errors: [] });
    expect(
      one.csv(text.replaceAll(",", ";").replace("keys;", "keys,")).unchanged,
      "as some spreadsheets write it",
    ).toBe(3);
    expect(one.shown).toEqual(shown);
  });

  test("good rows are taken, bad ones named", () => {
    const one = new Importer();
    const answer = one.csv(
      [
        head,
        row("ann", "2026-11-23 09:00", "2026-11-23 17:00"),
        row("zed", "2026-11-23 09:00", "2026-11-23 17:00"),
        row("ann", "tomorrow", "2026-11-23 17:00"),
        row("ann", "2026-11-31 09:00", "2026-12-01 09:00"),
        row("ann", "2026-11-23 12:00", "2026-11-23 20:00", "Team lead"),
        row("cor", "2026-11-23 17:00", "2026-11-23 09:00"),
        row("ann", "2026-11-23 16:59", "2026-11-23 20:00"),
        row("cor", "2026-11-23 09:00", "2026-11-23 17:00", "Diver"),
        `"Head office","First aider",bob,2026-11-23 09:00,2026-11-23 17:00,,too many`,
        "Elsewhere,First aider,,,2026-11-23 17:00,",
      ].join("\n"),
    );
    expect(answer).toMatchObject({ created: 1, updated: 0, unchanged: 0 });
    expect(answer.errors.map(({ row: n, path, code }) => `${n} ${path} ${code}`).sort()).toEqual(
      [
        ...["1 person not_found", "2 start invalid", "3 start invalid", "4 person invalid", "5 end invalid"],
        ...["6 person conflict", "7 role not_found", "8  invalid", "9 start invalid"],
      ].sort(),
    );
  });

  test("T22: what a spreadsheet would run is refused; an apostrophe before it makes it text", () => {
    const one = new Importer();
    const cells = ["=1+1", "+31", "-2", "@x", "'=1+1"];
    const rows = cells.map((note, i) => row("", `2026-11-2${i} 09:00`, `2026-11-2${i} 10:00`, "First aider", note));
    const answer = one.csv([head, ...rows].join("\n"));
    expect(answer.errors.map(({ row: n, path }) => `${n} ${path}`)).toEqual(["0 note", "1 note", "2 note", "3 note"]);
    expect([...one.roster.shifts.values()].map(({ note }) => note)).toEqual(["=1+1"]);
  });

  test("what is no such file is refused whole", () => {
    const why = (text: string) => {
      const read = readCsv(text, 2);
      return read.ok ? "ok" : read.refusal.errors?.[0]?.message;
    };
    expect(why("site,role,end\na,b,c")).toContain('"start"');
    expect(why("start,end,colour\na,b,c")).toContain("none of");
    expect(why("start,end,end\na,b,c")).toContain("twice");
    expect(why(`${head}\n"never closed`)).toContain("is not CSV");
    expect(why("start,end\n1,2\n3,4\n5,6")).toContain("more than 2 rows");
    expect(why("start,end\n1,2\n3,4")).toBe("ok");
  });

  test("any text ends in rows and named errors, never in an exception (T21)", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.string().map((s) => `start,end,note\n${s}`),
        ),
        (text) => {
          const read = readCsv(text, 100);
          if (read.ok)
            resolveRows(read.value.rows, directory, {
              format: "csv",
              zoneOf: () => zone,
              siteId: "siteHq",
              roleId: "roleA",
            });
        },
      ),
    );
  });

  test("a shift that was taken over stays so when the file comes again; what the file says anew is taken", () => {
    const one = new Importer();
    const text = [`${head},id`, `${row("ann", "2026-11-23 09:00", "2026-11-23 17:00")},17`].join("\n");
    one.csv(text);
    const [shift] = one.roster.shifts.values();
    one.roster.shifts.set("shift1", { ...(shift as KeptShift), userId: "cor", version: 2 });
    expect(one.csv(text).unchanged).toBe(1);
    expect(one.csv(text.replace("17:00", "18:00"))).toMatchObject({ updated: 1, created: 0 });
    expect(one.shown).toEqual(["2026-11-23T08:00 9h roleA cor"]);
    expect(one.csv(text.replace("17:00", "18:00").replace("ann", "bob"))).toMatchObject({ updated: 1 });
    expect(one.shown).toEqual(["2026-11-23T08:00 9h roleA bob"]);
  });

  test("people who change places in the file change places here, and one who cannot keeps what was", () => {
    const one = new Importer();
    const file = (early: string, late: string, lead: string) =>
      [
        head,
        row(early, "2026-11-23 08:00", "2026-11-23 16:00"),
        row(late, "2026-11-23 15:00", "2026-11-23 23:00"),
        row(lead, "2026-11-23 09:00", "2026-11-23 17:00", "Team lead"),
      ].join("\n");
    one.csv(file("ann", "cor", "bob"));
    expect(one.csv(file("bob", "ann", "cor"))).toEqual({ created: 0, updated: 3, unchanged: 0, errors: [] });
    expect(one.shown.map((line) => line.split(" ").at(-1))).toEqual(["bob", "cor", "ann"]);
    // Ann cannot lead: so cor still does, bob is not relieved by him, and cannot relieve ann.
    const before = one.shown;
    const answer = one.csv(file("cor", "bob", "ann"));
    expect(answer.errors.map(({ row: n, path, code }) => `${n} ${path} ${code}`)).toEqual([
      "0 person conflict",
      "1 person conflict",
      "2 person invalid",
    ]);
    expect(one.shown).toEqual(before);
  });

  test("I4: any files after one another: nobody in two places, and the last file again changes nothing more", () => {
    const line = fc.record({
      person: fc.constantFrom("", "ann", "bob", "cor"),
      role: fc.constantFrom("First aider", "Team lead"),
      start: fc.integer({ min: 0, max: 12 }),
      hours: fc.integer({ min: 1, max: 11 }),
    });
    const two = (n: number) => String(n).padStart(2, "0");
    fc.assert(
      fc.property(fc.array(fc.array(line, { maxLength: 12 }), { minLength: 1, maxLength: 4 }), (files) => {
        const one = new Importer();
        for (const file of files) {
          const rows = file.map(({ person, role, start, hours }) =>
            row(person, `2026-11-23 ${two(start)}:00`, `2026-11-23 ${two(start + hours)}:00`, role),
          );
          const text = [head, ...rows].join("\n");
          const { created, updated, unchanged, errors } = one.csv(text);
          const bad = new Set(errors.map((error) => error.row));
          expect(created + updated + unchanged + bad.size).toBe(rows.length);
          const all = [...one.roster.shifts.values()];
          for (const [i, a] of all.entries())
            for (const b of all.slice(i + 1))
              if (a.userId !== undefined && a.userId === b.userId) expect(overlaps(a, b)).toBe(false);
          if (errors.length === 0) {
            const before = one.shown;
            expect(one.csv(text)).toEqual({ created: 0, updated: 0, unchanged: rows.length, errors: [] });
            expect(one.shown).toEqual(before);
          }
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe("iCalendar", () => {
  const calendar = (...events: string[]) =>
    ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:test", ...events, "END:VCALENDAR"].join("\r\n");
  const event = (uid: string, ...lines: string[]) =>
    ["BEGIN:VEVENT", `UID:${uid}`, "LOCATION:Head office", ...lines, "END:VEVENT"].join("\r\n");

  test("role by category or summary, site by location, person by attendee; recurring over the change of the clock", () => {
    const one = new Importer();
    const text = calendar(
      event(
        "weekly",
        "SUMMARY:Monday",
        "CATEGORIES:Duty,First aider",
        "ATTENDEE;CN=Ann:mailto:ann@example.org",
        "ATTENDEE:bob",
        "DTSTART;TZID=Europe/Amsterdam:20261019T220000",
        "DTEND;TZID=Europe/Amsterdam:20261020T060000",
        "RRULE:FREQ=WEEKLY;COUNT=3",
        "EXDATE;TZID=Europe/Amsterdam:20261026T220000",
      ),
      event(
        "weekly",
        "SUMMARY:First aider",
        "RECURRENCE-ID;TZID=Europe/Amsterdam:20261102T220000",
        "DTSTART:20261102T230000Z",
        "DURATION:PT2H",
      ),
      event("floating", "SUMMARY:Team lead", "DTSTART:20261024T230000", "DTEND:20261025T070000"),
    );
    expect(one.ical(text)).toEqual({ created: 4, updated: 0, unchanged: 0, errors: [] });
    expect(one.shown).toEqual([
      "2026-10-19T20:00 8h roleA ann",
      "2026-10-19T20:00 8h roleA bob",
      // The night in which the clock is put back is an hour longer for those who stand there.
      "2026-10-24T21:00 9h roleB -",
      "2026-11-02T23:00 2h roleA -",
    ]);
    expect(one.ical(text)).toEqual({ created: 0, updated: 0, unchanged: 4, errors: [] });
  });

  test("what cannot be a shift is named, and defaults stand in for what is not said", () => {
    const one = new Importer();
    const text = calendar(
      event("day", "SUMMARY:First aider", "DTSTART;VALUE=DATE:20261123"),
      event("gone", "SUMMARY:First aider", "STATUS:CANCELLED", "DTSTART:20261123T080000Z", "DTEND:20261123T100000Z"),
      event(
        "who",
        "SUMMARY:First aider",
        "ATTENDEE:mailto:x@example.org",
        "DTSTART:20261123T080000Z",
        "DTEND:20261123T100000Z",
      ),
      event("any", "SUMMARY:Shift of Monday", "DTSTART:20261123T080000Z", "DTEND:20261123T100000Z"),
    );
    expect(one.ical(text).errors.map(({ row, path }) => `${row} ${path}`)).toEqual([
      "0 dtstart",
      "1 status",
      "2 person",
      "3 role",
    ]);
    expect(one.ical(text, { roleId: "roleB" }).created).toBe(1);
    expect(one.shown).toEqual(["2026-11-23T08:00 2h roleB -"]);
  });

  test("T21: a rule that recurs for ever, or never, ends in an answer", () => {
    const begun = Date.now();
    for (const rule of [
      "FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30",
      "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
      "FREQ=MINUTELY",
    ]) {
      const one = new Importer();
      const bad = event(
        "bad",
        "SUMMARY:First aider",
        "DTSTART:19000101T080000Z",
        "DTEND:19000101T090000Z",
        `RRULE:${rule}`,
      );
      const good = event("good", "SUMMARY:First aider", "DTSTART:20261123T080000Z", "DTEND:20261123T100000Z");
      expect(one.ical(calendar(bad, good)), rule).toMatchObject({ created: 1, errors: [{ row: 0, path: "rrule" }] });
    }
    expect(Date.now() - begun).toBeLessThan(5_000);
    const flood = event(
      "flood",
      "SUMMARY:First aider",
      "DTSTART:20260101T080000Z",
      "DURATION:PT1M",
      "RRULE:FREQ=HOURLY",
    );
    const few = { from: Date.UTC(2026, 0, 1), until: Date.UTC(2026, 1, 1), most: 100, mostText: 10_000 };
    expect(JSON.stringify(readIcal(calendar(flood), few))).toContain("has more than 100 shifts");
    expect(readIcal("BEGIN:VEVENT", { from: 0, until: 1, most: 1, mostText: 100 })).toMatchObject({ ok: false });
  });
});

describe("templates", () => {
  const template = (...lines: ShiftTemplate["lines"]): ShiftTemplate => ({ templateId: "wkt1", name: "Week", lines });
  const line = { siteId: "siteHq", roleId: "roleA", weekday: 7, from: "22:00", until: "06:00" };
  const made = (one: ShiftTemplate, from: string, weeks: number) => expand(one, { from, weeks }, () => zone);
  const hours = (wanted: readonly WantedShift[]) =>
    wanted.map(({ facts }) => [
      new Date(facts.startsAt).toISOString().slice(0, 16),
      (facts.endsAt - facts.startsAt) / 3_600_000,
    ]);

  test("are in local time on both sides of both changes of the clock", () => {
    const saturday = template({ ...line, weekday: 6 });
    expect(hours(made(saturday, "2026-03-21", 3))).toEqual([
      ["2026-03-21T21:00", 8],
      ["2026-03-28T21:00", 7],
      ["2026-04-04T20:00", 8],
    ]);
    expect(hours(made(saturday, "2026-10-19", 2))).toEqual([
      ["2026-10-24T20:00", 9],
      ["2026-10-31T21:00", 8],
    ]);
  });

  test("in the hour that is skipped, or comes twice, a shift is still a shift", () => {
    const night = template({ ...line, from: "02:15", until: "02:45" }, { ...line, from: "02:30", until: "03:00" });
    expect(hours(made(night, "2026-03-29", 1))).toEqual([
      ["2026-03-29T01:15", 0.5],
      ["2026-03-29T01:30", 0.5],
    ]);
    expect(hours(made(night, "2026-10-25", 1))).toEqual([
      ["2026-10-25T00:15", 0.5],
      ["2026-10-25T00:30", 1.5],
    ]);
  });

  test("make as many shifts as weeks and places, with the person on one of them; the same again changes nothing", () => {
    const one = new Importer();
    const week = template(
      { ...line, weekday: 1, from: "09:00", until: "17:00", places: 3, userId: "ann" },
      { ...line, userId: "bob" },
    );
    expect(one.take(made(week, "2026-11-24", 4))).toEqual({ created: 16, updated: 0, unchanged: 0, errors: [] });
    expect(one.take(made(week, "2026-11-24", 5))).toEqual({ created: 4, updated: 0, unchanged: 16, errors: [] });
    expect(one.shown[0], "the first Sunday comes before the first Monday").toBe("2026-11-29T21:00 8h roleA bob");
    expect(one.shown.filter((text) => text.endsWith("ann"))).toHaveLength(5);
    const gone = template({ ...line, weekday: 1, from: "09:00", until: "17:00", userId: "zed" });
    expect(one.take(made(gone, "2027-11-24", 1)).errors).toMatchObject([{ row: 0, path: "userId" }]);
  });

  test("a shift begins on its weekday at its local time, in every week of every year", () => {
    const when = new Intl.DateTimeFormat("en-GB", {
      weekday: "short",
      hour: "2-digit",
      minute: "2-digit",
      timeZone: zone,
    });
    fc.assert(
      fc.property(
        fc.date({ min: new Date("2020-01-01"), max: new Date("2035-12-31"), noInvalidDate: true }),
        fc.integer({ min: 1, max: 7 }),
        fc.integer({ min: 3, max: 23 }),
        (date, weekday, hour) => {
          const from = `${String(hour).padStart(2, "0")}:30`;
          const day = date.toISOString().slice(0, 10);
          const wanted = made(template({ ...line, weekday, from, until: "01:00" }), day, 3);
          expect(wanted).toHaveLength(3);
          const names = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
          for (const { facts } of wanted) expect(when.format(facts.startsAt)).toContain(`${names[weekday - 1]}`);
          for (const { facts } of wanted) expect(when.format(facts.startsAt)).toContain(from);
          expect(wanted[0]?.facts.startsAt).toBeLessThan(Date.parse(day) + 8 * 24 * 3_600_000);
          expect(wanted[0]?.facts.startsAt).toBeGreaterThanOrEqual(Date.parse(day) - 2 * 3_600_000);
        },
      ),
    );
  });
});
