/**
 * Proves what channels say: an exercise or test is marked first on each of them (I9), a silent alarm shows nothing on a screen that
 * others see, an SMS has at most three parts and a push payload fits, whatever text an alarm has. That adapters put it on the
 * wire so is their own tests'.
 */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fitSms, segmentsOf } from "../../actors/tenant/channels/sms-text.ts";
import { type Matter, word, wordCode } from "../../actors/tenant/channels/wording.ts";
import { PushPayload } from "../../protocol/channels.ts";
import { Channel, Kind } from "../../protocol/terms.ts";

const link = "https://standby.example/a/gemeente-zuid/sAbCdEfGh12345678AbCdEfGh1234567890abcd";
const matter: Matter = {
  purpose: "alarm",
  organisation: "Acme",
  tenant: "acme",
  alarmId: "alm_0123456789abcdef",
  kind: "actual",
  urgency: "urgent",
  quiet: false,
  title: "Brand in hal 3",
  message: "Verzamelen bij de noorduitgang",
  instructions: ["Neem de AED mee."],
  time: "10:41",
  link,
  token: "sAbCdEfGh12345678AbCdEfGh1234567890abcd",
};

describe("the words of an alarm", () => {
  test("in Dutch", () => {
    expect(word("sms", "nl", matter).text).toBe(
      `Acme: Brand in hal 3. Verzamelen bij de noorduitgang. Antwoord: ${link}`,
    );
    expect(word("voice", "nl", { ...matter, link: undefined }).text).toBe(
      "Dit is StandBy met een alarm van Acme. Brand in hal 3. Verzamelen bij de noorduitgang. Toets 5 als u komt. Toets 9 als u niet komt.",
    );
    const mail = word("email", "nl", matter);
    expect(mail.title).toBe("Brand in hal 3 (Acme)");
    expect(mail.text).toContain(`Antwoord: ${link}`);
    expect(mail.text).toContain("Uw taak:\nNeem de AED mee.");
    expect(mail.text).toContain("10:41");
  });

  test("in English, again, and its end", () => {
    expect(word("sms", "en", { ...matter, purpose: "reAlarm" }).text).toMatch(/^Acme: Again: Brand in hal 3\./);
    const ended = {
      ...matter,
      purpose: "standDown",
      link: undefined,
      end: { reason: "falseAlarm", text: "Toast" },
    } as const;
    expect(word("sms", "en", ended).text).toBe("Acme: Alarm over: Brand in hal 3. It was a false alarm. Toast.");
    expect(word("voice", "en", ended).text).toBe(
      "This is StandBy. The alarm of Acme is over. Brand in hal 3. It was a false alarm. Toast.",
    );
    expect(word("email", "en", ended).text).not.toContain("Your task");
  });

  test("the payload of a push message is what the service worker decodes", () => {
    expect(PushPayload.parse(JSON.parse(word("push", "nl", matter).payload ?? ""))).toMatchObject({
      what: "alarm",
      tenant: "acme",
      title: "Brand in hal 3",
      text: "Verzamelen bij de noorduitgang",
      token: matter.token,
    });
  });

  test("a code is said and read out", () => {
    expect(wordCode("sms", "en", "012345").text).toContain("012345");
    expect(wordCode("voice", "nl", "012345").text).toContain("0, 1, 2, 3, 4, 5");
    expect(wordCode("email", "nl", "012345")).toMatchObject({ title: "Uw code voor StandBy" });
  });
});

const purposes = ["alarm", "reAlarm", "standDown", "notice"] as const;
const marks = { exercise: { nl: "OEFENING", en: "EXERCISE" }, test: { nl: "TEST", en: "TEST" } } as const;

describe.each(Channel.options)("on %s", (channel) => {
  test.each(["exercise", "test"] as const)("I9: the first word says %s, title and text alike", (kind) => {
    for (const locale of ["nl", "en"] as const)
      for (const purpose of purposes)
        for (const quiet of [false, true]) {
          const end = purpose === "standDown" ? { reason: "exerciseOver" as const } : undefined;
          const { title, text, payload } = word(channel, locale, { ...matter, kind, purpose, quiet, end });
          const mark = new RegExp(`^${marks[kind][locale]}\\b`);
          if (channel === "push") expect(PushPayload.parse(JSON.parse(payload ?? "")).title).toMatch(mark);
          else expect(text).toMatch(mark);
          expect(title).toMatch(mark);
        }
  });

  test("I9: nothing real is marked as an exercise", () => {
    for (const locale of ["nl", "en"] as const)
      expect(JSON.stringify(word(channel, locale, matter))).not.toMatch(/OEFENING|EXERCISE|TEST/);
  });

  test("a silent or duress alarm shows nothing of itself", () => {
    for (const locale of ["nl", "en"] as const)
      for (const kind of Kind.options)
        for (const purpose of ["alarm", "reAlarm", "standDown"] as const) {
          const end = purpose === "standDown" ? { reason: "over" as const, text: "Politie was er" } : undefined;
          const { title, text, payload } = word(channel, locale, { ...matter, kind, purpose, quiet: true, end });
          const shown = `${title}\n${text}\n${payload ?? ""}`;
          expect(shown).not.toMatch(/Brand|hal 3|Verzamelen|AED|Acme\b|Politie|alarm van|alarm of/);
          expect(shown).toMatch(/StandBy/);
        }
  });
});

describe("a text message", () => {
  test("is counted as 3GPP TS 23.038 counts it", () => {
    expect(segmentsOf("a".repeat(160))).toBe(1);
    expect(segmentsOf("a".repeat(161))).toBe(2);
    expect(segmentsOf("a".repeat(306))).toBe(2);
    expect(segmentsOf("a".repeat(307))).toBe(3);
    expect(segmentsOf("€".repeat(80))).toBe(1);
    expect(segmentsOf("€".repeat(81))).toBe(2);
    expect(segmentsOf("ë".repeat(70))).toBe(1);
    expect(segmentsOf("ë".repeat(71))).toBe(2);
    expect(segmentsOf("😀".repeat(35))).toBe(1);
    expect(segmentsOf("😀".repeat(36))).toBe(2);
  });

  test("has at most three parts whatever the alarm says, with mark and link whole", () => {
    const text = fc.oneof(fc.string({ maxLength: 2_000 }), fc.string({ unit: "grapheme", maxLength: 1_000 }));
    fc.assert(
      fc.property(text, text, fc.constantFrom(...Kind.options), (title, message, kind) => {
        const said = word("sms", "nl", { ...matter, title: title || "x", message, kind }).text;
        expect(segmentsOf(said)).toBeLessThanOrEqual(3);
        expect(said.endsWith(` Antwoord: ${link}`)).toBe(true);
        expect(said.isWellFormed()).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  test("loses accents before it loses words, and no word when it fits", () => {
    const accented = "Évacuëer de hal ".repeat(16).trim();
    const fitted = fitSms("Acme: ", accented, ` ${link}`);
    expect(fitted).toContain("Évacueer de hal");
    expect(segmentsOf(fitted)).toBeLessThanOrEqual(3);
    expect(fitSms("", "Évacuëer", "")).toBe("Évacuëer");
    expect(fitSms("A: ", "x".repeat(1_000), " end")).toMatch(/^A: x+\.\.\. end$/);
    expect(fitSms("A: ", "x".repeat(1_000), " end")).toHaveLength(459);
  });
});

test("a push payload is small enough for every push service, whatever the alarm says", () => {
  const text = fc.oneof(fc.string({ maxLength: 4_000 }), fc.string({ unit: "grapheme", maxLength: 4_000 }));
  fc.assert(
    fc.property(fc.string({ unit: "grapheme", minLength: 1, maxLength: 200 }), text, (title, message) => {
      const { payload = "" } = word("push", "nl", { ...matter, title: title.slice(0, 200), message });
      expect(new TextEncoder().encode(payload).byteLength).toBeLessThanOrEqual(3_000);
      PushPayload.parse(JSON.parse(payload));
    }),
    { numRuns: 300 },
  );
});
