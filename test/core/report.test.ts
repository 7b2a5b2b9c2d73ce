import { expect, test } from "vitest";
import { toTime } from "../../protocol/ids.ts";
import { Report } from "../../protocol/reports.ts";
import { formatOf } from "../../workers/reports/format.ts";
import { reportOf } from "../../workers/reports/report.ts";
import { reportCsv } from "../../workers/reports/report-csv.ts";
import { reportHtml } from "../../workers/reports/report-html.ts";
import { id, T0 } from "./history-samples.ts";
import { ada, bob, eve, facts } from "./report-samples.ts";

// Issue 4, 12: the after-action report. Proves what is in it and that what people wrote can do no harm in it; that it comes out
// of a running installation by its address is record.test.ts (system). How it looks on paper is for eyes.

const madeAt = T0 + 3_600_000;
const report = (locale: "nl" | "en" = "en", over = {}) => reportOf(facts(over), locale, madeAt);

test("the report matches its schema and says when who came", () => {
  const made = report();
  expect(Report.parse(made)).toEqual(made);
  expect(made.timings).toEqual({
    firstReceivedMs: 200,
    firstAnswerMs: 20_000,
    firstComingMs: 20_000,
    filledMs: 20_000,
    firstOnSceneMs: 95_000,
    endedMs: 600_000,
    received: { p50: 200, p95: 400, p99: 400, max: 400 },
    answered: { p50: 30_000, p95: 95_000, p99: 95_000, max: 95_000 },
  });
  expect(made.requirement).toEqual([{ roleId: id("rol", 1), role: "EHBO'er", count: 1, coming: 1 }]);
  expect(made.answers.map(({ name, response, afterMs }) => [name, response, afterMs])).toEqual([
    ["Ada Lovelace", "coming", 20_000],
    ["Bob", "notComing", 30_000],
    ["Ada Lovelace", "onScene", 95_000],
  ]);
});

test("I2: what failed is named: who was not reached and why, which channel gave up, which steps fired", () => {
  const { failed, channels } = report();
  expect(failed.notReached).toEqual([{ userId: eve, name: expect.stringContaining("Eve"), reason: "noDevice" }]);
  expect(failed.channels).toMatchObject([{ recipientId: eve, channel: "sms", state: "failed", reason: "number" }]);
  expect(failed.steps).toEqual([{ step: 0, name: "Team leads", cause: "time", people: 1, at: toTime(T0 + 60_000) }]);
  expect(channels).toEqual([
    { channel: "socket", sent: 2, delivered: 2, failed: 0, skipped: 0 },
    { channel: "push", sent: 1, delivered: 1, failed: 0, skipped: 0 },
    { channel: "sms", sent: 1, delivered: 0, failed: 1, skipped: 0 },
  ]);
});

test("the timeline tells every event in words, in order, with the incident's notes; an unknown one by its type", () => {
  const { timeline } = report();
  expect(timeline).toHaveLength(facts().record.events.length + 1);
  expect(timeline.map(({ at }) => at)).toEqual(timeline.map(({ at }) => at).toSorted());
  const texts = timeline.map(({ text }) => text);
  expect(texts).toContain("Ada Lovelace: coming, in 1 minute");
  expect(texts).toContain("Escalation step 1 “Team leads” (its time had come): 1 person");
  expect(texts).toContain("Stood down: it is over: “Klaar”");
  expect(texts).toContain("Note: Deur 3 <b>zit</b> vast");
  expect(texts).toContain("alarm.somethingNew");
  expect(timeline.find(({ type }) => type === "alarm.raised")?.by).toBe("Rik Raiser");
  expect(report("nl").timeline.map(({ text }) => text)).toContain("Bob: komt niet: “ziek”");
});

test("events whose bodies were erased are still told, without what is gone", () => {
  const { events } = facts().record;
  const bare = events.map(({ eventId, type, at, by }) => ({ eventId, type, at, by }));
  const { timeline, answers } = report("en", { events: bare });
  expect(timeline).toHaveLength(bare.length + 1);
  expect(timeline.map(({ text }) => text)).not.toContain(expect.stringContaining("undefined"));
  expect(answers).toEqual([]);
});

test("I9: an exercise says so first on the page, in its title and in every row of the tables; a real alarm does not", async () => {
  const exercise = await reportHtml(report("nl"));
  const body = exercise.slice(exercise.indexOf("<body>"));
  expect(body.indexOf("OEFENING: dit was geen echt alarm")).toBeLessThan(body.indexOf("<h1>"));
  expect(body.indexOf("OEFENING")).toBeGreaterThan(0);
  expect(exercise).toMatch(/<title>Evaluatierapport: Oefening · /);
  const rows = reportCsv(report("nl"), "recipients").trim().split("\r\n").slice(1);
  expect(rows.every((row) => row.startsWith("Oefening,"))).toBe(true);

  const real = await reportHtml(report("nl", { kind: "actual" }));
  expect(real).not.toContain("geen echt alarm");
  expect(report("nl", { kind: "actual" }).notice).toBeUndefined();
});

test("nothing that people wrote becomes markup, and the page has no script and asks nobody else", async () => {
  const page = await reportHtml(report());
  expect(page).not.toMatch(/<script/i);
  expect(page).toContain("&lt;script&gt;");
  expect(page).toContain("Brand &amp; rook in &lt;hal 3&gt;");
  expect(page).not.toContain("<b>zit</b>");
  expect(page).not.toMatch(/\b(?:src|href|url|on[a-z]+)\s*[=(]\s*["']?https?:/i);
  expect(page).toContain("size: A4");
  expect(page.startsWith("<!doctype html>")).toBe(true);
});

test("times on paper are those of the organisation's clocks", async () => {
  // 09:00 UTC in November is 10:00 in Amsterdam.
  expect(await reportHtml(report("nl"))).toContain("23 nov 2026, 10:00:00");
  expect(await reportHtml(report("en"))).toContain("23 Nov 2026, 10:00:00");
});

test("CSV is RFC 4180, and what begins like a formula is none for a spreadsheet", () => {
  const made = report();
  const hostile = '=1+1\nsecond, "line"';
  const csv = reportCsv(
    { ...made, recipients: made.recipients.map((one) => ({ ...one, name: hostile })) },
    "recipients",
  );
  expect(csv.startsWith("\ufeff")).toBe(true);
  expect(csv).toContain('"\'=1+1\nsecond, ""line"""');
  expect(reportCsv(made, "recipients")).toContain("\"'=HYPERLINK(");
  for (const sign of ["+", "-", "@", "\t"]) {
    const text = reportCsv({ ...made, recipients: [{ userId: bob, name: `${sign}x`, state: "sent" }] }, "recipients");
    expect(text).not.toMatch(new RegExp(`[,"]\\${sign}x`));
  }
  const timeline = reportCsv(made, "timeline").split("\r\n");
  expect(timeline[0]).toBe("\ufeffKind,Time,Record,Who,What");
  expect(timeline).toContain(`Exercise,${toTime(T0 + 30_000)},alarm.answered,Bob,Bob: not coming: “ziek”`);
  expect(csv).toContain(ada);
});

test("the address says the form before the Accept header does", () => {
  const browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
  expect(formatOf(undefined, browser)).toBe("html");
  expect(formatOf("csv", browser)).toBe("csv");
  expect(formatOf(undefined, null)).toBe("json");
  expect(formatOf(undefined, "*/*")).toBe("json");
  expect(formatOf(undefined, "text/csv")).toBe("csv");
  expect(formatOf(undefined, "text/html;q=0.2, application/json;q=0.9")).toBe("json");
  expect(formatOf(undefined, "text/html;q=0, image/png")).toBe("json");
});
