import fc from "fast-check";
import { expect, test } from "vitest";
import { fillText, type Known } from "../../actors/tenant/alarm/text.ts";
import { timeWords } from "../../actors/tenant/local-time.ts";
import { Message, Title } from "../../protocol/alarms.ts";
import { Parts } from "../../protocol/scenarios.ts";
import { Values } from "../../protocol/targets.ts";

// Proves what an alarm says once its scenario's placeholders are filled (issue 4, 2): always within the schema's limits, never a
// broken character, and that a value cannot bring in another value or pose as the system's own words. That the record keeps
// the text as it was sent is test/workerd's.

const known: Known = { raisedBy: "An Jansen", time: "14:05", date: "maandag 23 november 2026", organisation: "Acme" };

/** Characters that people see as one and that are several to a program. */
const glyphs = [
  "a",
  "é",
  "e\u0301\u0323",
  "👩‍🚒",
  "🇳🇱",
  "👍🏽",
  "字",
  " ",
  "{",
  "}",
  "{a}",
  "{raisedBy}",
  "{b}",
  "$&",
  "[a]",
  "-",
];
const textOf = (maxLength: number) =>
  fc.array(fc.constantFrom(...glyphs), { minLength: 1, maxLength: 400, size: "max" }).map((list) => {
    let text = "x";
    for (const glyph of list) if (text.length + glyph.length <= maxLength) text += glyph;
    return text;
  });

const values = fc.dictionary(fc.constantFrom("a", "b", "raisedBy", "where"), textOf(200));
const templates = fc.record(
  {
    title: textOf(200),
    message: textOf(4_000),
    parts: fc.record(
      { sender: textOf(200), when: textOf(200), danger: textOf(500), where: textOf(500), action: textOf(1_000) },
      { requiredKeys: [] },
    ),
  },
  { requiredKeys: ["title"] },
);
const locales = fc.constantFrom("nl" as const, "en" as const);

const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });
const letters = (text: string) => Array.from(graphemes.segment(text), ({ segment }) => segment);

/** What the text would be without any limit, by cutting the template up instead of replacing in it. */
const unlimited = (text: string, of: (name: string) => string) =>
  text
    .split(/(\{[a-z][A-Za-z0-9]{0,39}\})/)
    .map((piece, i) => (i % 2 === 1 ? of(piece.slice(1, -1)) : piece))
    .join("");

test("the filled text is one the schemas take, whatever the template and the values", () => {
  fc.assert(
    fc.property(templates, values, locales, (template, given, locale) => {
      Values.parse(given);
      Parts.parse(template.parts ?? {});
      const { title, message } = fillText(template, given, known, locale);
      expect(Title.safeParse(title).success, title).toBe(true);
      if (message !== undefined) expect(Message.safeParse(message).success).toBe(true);
      expect(title.isWellFormed() && (message ?? "").isWellFormed()).toBe(true);
    }),
    { numRuns: 1_000 },
  );
});

test("a title is the whole text, or its longest beginning of whole characters that leaves room for …", () => {
  fc.assert(
    fc.property(textOf(200), values, (title, given) => {
      const whole = unlimited(title, (name) => (name === "raisedBy" ? known.raisedBy : (given[name] ?? `[${name}]`)));
      const { title: filled } = fillText({ title }, given, known, "nl");
      if (whole.length <= 200) expect(filled).toBe(whole);
      else {
        let expected = "";
        for (const letter of letters(whole)) {
          if (expected.length + letter.length > 199) break;
          expected += letter;
        }
        expect(filled).toBe(`${expected}…`);
      }
    }),
    { numRuns: 2_000 },
  );
});

test("the parts are whole however long the message is: it gives way, they say what to do", () => {
  const long = "m".repeat(4_000);
  const parts = {
    sender: "s".repeat(200),
    when: "w".repeat(200),
    danger: "d".repeat(500),
    where: "x".repeat(500),
    action: "a".repeat(1_000),
  };
  const { message = "" } = fillText({ title: "T", message: long, parts }, {}, known, "nl");
  for (const part of Object.values(parts)) expect(message).toContain(`: ${part}`);
  expect(message).toHaveLength(4_000);
  expect(message.startsWith("mmm")).toBe(true);
});

test("values are not looked into: no placeholder comes out of one, and none poses as who raised it", () => {
  const given = { a: "{raisedBy} {b} $& $1", b: "secret", raisedBy: "The Director", time: "00:00" };
  expect(fillText({ title: "{a} by {raisedBy} at {time}" }, given, known, "en").title).toBe(
    "{raisedBy} {b} $& $1 by An Jansen at 14:05",
  );
});

test("names without a value become the bare name in brackets; other braces are text", () => {
  const { title } = fillText({ title: "{floor} {constructor} {toString} {Floor} {} {a b} {where}" }, {}, known, "nl");
  expect(title).toBe("[floor] [constructor] [toString] {Floor} {} {a b} [where]");
});

test("the raiser's word on where goes before the system's", () => {
  const at = { ...known, where: "Head office" };
  expect(fillText({ title: "{where}" }, {}, at, "nl").title).toBe("Head office");
  expect(fillText({ title: "{where}" }, { where: "Lift 3" }, at, "nl").title).toBe("Lift 3");
});

const parts = {
  action: "Verlaat {where}",
  sender: "{organisation}",
  danger: "Brand",
  when: "{date}, {time}",
  where: "{where}",
};

test("the five parts are lines after the message, in the tenant's language and in one order", () => {
  const template = { title: "Brand in {where}", message: "Gemeld door {raisedBy}", parts };
  expect(fillText(template, { where: "de keuken" }, known, "nl")).toEqual({
    title: "Brand in de keuken",
    message: [
      "Gemeld door An Jansen",
      "Afzender: Acme",
      "Wanneer: maandag 23 november 2026, 14:05",
      "Gevaar: Brand",
      "Waar: de keuken",
      "Wat te doen: Verlaat de keuken",
    ].join("\n"),
  });
  expect(fillText({ title: "Fire", parts: { danger: "Fire", action: "Leave" } }, {}, known, "en")).toEqual({
    title: "Fire",
    message: "Danger: Fire\nWhat to do: Leave",
  });
  expect(fillText({ title: "Fire" }, {}, known, "en")).toEqual({ title: "Fire" });
});

test("time and date are those of the clock on the tenant's wall", () => {
  const at = Date.UTC(2026, 10, 23, 23, 30);
  expect(timeWords(at, "Europe/Amsterdam", "nl")).toEqual({ time: "00:30", date: "dinsdag 24 november 2026" });
  expect(timeWords(at, "Europe/London", "en")).toEqual({
    time: "23:30",
    // The comma comes and goes with the runtime's edition of the Unicode data.
    date: expect.stringMatching(/^Monday,? 23 November 2026$/),
  });
  expect(timeWords(Date.UTC(2026, 6, 1, 12, 0), "Europe/Amsterdam", "en").time, "summer time").toBe("14:00");
});
