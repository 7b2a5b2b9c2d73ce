import fc from "fast-check";
import { expect, test } from "vitest";
import { Kind } from "../../protocol/terms.ts";
import { type CapMessage, capMessages } from "../../workers/reports/cap-messages.ts";
import { capXml } from "../../workers/reports/cap-xml.ts";
import { capFaults } from "./cap-schema.ts";
import { id } from "./history-samples.ts";
import { facts } from "./report-samples.ts";

// Issue 4, 12: an alarm as OASIS CAP 1.2. Every message is held against the OASIS schema (test/data/CAP-v1.2.xsd) by libxml2; what
// the schema cannot say (references, identifiers, no names of people) is checked here. What a receiver does with it is not.

const messagesOf = (given = facts()): string[] =>
  capMessages(given).map(({ n }) => capXml(given, n, "standby.example") ?? "");

const part = (xml: string, name: string): string | undefined =>
  new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1]?.replaceAll("&amp;", "&");

test("the judge itself refuses a message that is not CAP", async () => {
  const [alert = ""] = messagesOf();
  expect(await capFaults(alert.replace("<status>Exercise</status>", "<status>Drill</status>"))).not.toEqual([]);
  expect(await capFaults(alert.replace(/<sender>.*<\/sender>/, ""))).not.toEqual([]);
  expect(await capFaults(alert.replace(/<sent>.*<\/sent>/, "<sent>2026-11-23T09:00:00Z</sent>"))).not.toEqual([]);
});

test("every message of every kind of alarm is valid by the OASIS schema", async () => {
  for (const kind of Kind.options)
    for (const urgency of ["urgent", "normal", "information"] as const)
      for (const type of ["user", "integration", "system"] as const) {
        const raisedBy = { type, id: id("usr", 9), name: "Rik Raiser" };
        for (const xml of messagesOf(facts({ kind, urgency, raisedBy }))) expect(await capFaults(xml), xml).toEqual([]);
      }
  const { record } = facts();
  const {
    message: _,
    instructions: __,
    attachments: ___,
    severity: ____,
    category: _____,
    incidentId: ______,
    ...bare
  } = record;
  for (const xml of messagesOf({ ...facts(), record: bare })) expect(await capFaults(xml), xml).toEqual([]);
}, 120_000);

test("whatever people write stays text and stays valid", async () => {
  const hostile = ["]]><x/>", "&amp;<!--", "\ufffe half \u0007", "𝕱 ünïcödé", " <![CDATA[ ", "a\r\nb\tc", "-->"];
  for (const title of hostile) {
    const [xml = ""] = messagesOf(facts({ title, message: title }));
    expect(await capFaults(xml), title).toEqual([]);
    expect(xml.match(/<alert/g)).toHaveLength(1);
    expect(xml).not.toContain("<x/>");
  }
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: "binary", maxLength: 40 }), async (text) => {
      const [xml = ""] = messagesOf(facts({ title: text.toWellFormed(), message: text.toWellFormed() }));
      expect(await capFaults(xml)).toEqual([]);
    }),
    { numRuns: 30 },
  );
}, 120_000);

test("an Alert, an Update for each change, a Cancel at each end; steps that alarm again are told once", () => {
  expect(capMessages(facts()).map(({ msgType, change, n }) => [n, msgType, change])).toEqual([
    [1, "Alert", "raised"],
    [2, "Update", "escalated"],
    [3, "Update", "reAlarmed"],
    [4, "Cancel", "ended"],
    [5, "Update", "reopened"],
    [6, "Cancel", "ended"],
  ]);
  const again = { eventId: id("evt", 1), type: "alarm.stepFired", at: facts().record.raisedAt, action: "reAlarm" };
  expect(capMessages(facts({ events: [again] }))).toHaveLength(1);
});

test("identifiers are unique and stay what they were when the alarm goes on; references name every message before", () => {
  const all = capMessages(facts());
  expect(new Set(all.map(({ identifier }) => identifier)).size).toBe(all.length);
  const { events } = facts().record;
  for (let length = 0; length <= events.length; length++) {
    const earlier = capMessages(facts({ events: events.slice(0, length) }));
    expect(earlier).toEqual(all.slice(0, earlier.length));
  }
  const xmls = messagesOf();
  for (const [i, xml] of xmls.entries()) {
    const named = xmls
      .slice(0, i)
      .map((one) => `${part(one, "sender")},${part(one, "identifier")},${part(one, "sent")}`)
      .join(" ");
    expect(part(xml, "references") ?? "").toBe(named);
    // CAP 3.2.1: no spaces, commas or restricted characters in what references are made of.
    for (const name of ["identifier", "sender"]) expect(part(xml, name)).toMatch(/^[^\s,<&]+$/);
  }
});

test("I9: status says what it was, and an exercise names itself in its note", () => {
  for (const [kind, status] of [
    ["actual", "Actual"],
    ["exercise", "Exercise"],
    ["test", "Test"],
  ] as const)
    for (const xml of messagesOf(facts({ kind }))) {
      expect(part(xml, "status")).toBe(status);
      if (kind === "exercise") expect(part(xml, "note")).toContain(`for its participants alone (${id("alr", 1)})`);
      if (kind === "actual") expect(part(xml, "note")).not.toMatch(/participants|disregarded/);
    }
});

test("terms: urgency, severity, category, certainty and response are CAP's; an end is past and all clear", () => {
  const [alert = "", , , cancel = ""] = messagesOf(facts({ kind: "actual" }));
  const of = (xml: string) =>
    ["scope", "urgency", "severity", "certainty", "category", "responseType", "language"].map((name) =>
      part(xml, name),
    );
  expect(of(alert)).toEqual(["Restricted", "Immediate", "Severe", "Observed", "Fire", "Execute", "nl-NL"]);
  expect(of(cancel)).toEqual(["Restricted", "Past", "Severe", "Observed", "Fire", "AllClear", "nl-NL"]);
  expect(part(alert, "sent")).toBe("2026-11-23T09:00:00-00:00");
  expect(part(alert, "incidents")).toBe(id("inc", 1));
  expect(alert).toContain("<uri>https://docs.example/plan.pdf</uri>");
  expect(part(alert, "restriction")).toBeTruthy();
});

test("no person is named: the sender is the organisation", () => {
  for (const xml of messagesOf()) {
    expect(part(xml, "senderName")).toBe("Acme & Zonen B.V.");
    for (const name of ["Ada", "Bob", "Eve", "Rik", "Klaar", "ziek", "usr_"]) expect(xml).not.toContain(name);
  }
});

test("there is no message before the first and none after the last", () => {
  const last = capMessages(facts()).at(-1) as CapMessage;
  expect(capXml(facts(), 0, "standby.example")).toBeUndefined();
  expect(capXml(facts(), last.n, "standby.example")).toContain("<msgType>Cancel</msgType>");
  expect(capXml(facts(), last.n + 1, "standby.example")).toBeUndefined();
});
