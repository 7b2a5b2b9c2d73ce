/**
 * Proves that links and codes are what only this installation makes for one tenant, one send and one use (T13, I6), that codes end
 * as they should (T18), and that a number which is not clear reaches nobody. How routes use them: test/workerd/answer-links.test.ts.
 */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { newId } from "../../actors/kernel/ids.ts";
import { LinkTokens } from "../../actors/tenant/channels/link-token.ts";
import { toE164 } from "../../actors/tenant/channels/phone-number.ts";
import { askFor, tellCode, waitForCode } from "../../actors/tenant/channels/verification.ts";
import { Id } from "../../protocol/ids.ts";
import { Channel } from "../../protocol/terms.ts";

const links = new LinkTokens("pepper-of-the-tests", "tnt_one");

describe("links", () => {
  test("are read back as the send they were made of, and fit a path", () => {
    for (const channel of Channel.options)
      for (const use of ["answer", "receipt"] as const) {
        const send = { sendId: newId("snd"), channel };
        const token = links.make(use, send);
        expect(Id.safeParse(token).success).toBe(true);
        expect(links.read(use, token)).toEqual(send);
      }
  });

  test("T13, I6: of another tenant, installation or use they are nothing", () => {
    const token = links.make("answer", { sendId: newId("snd"), channel: "sms" });
    expect(links.read("receipt", token)).toBeUndefined();
    expect(new LinkTokens("pepper-of-the-tests", "tnt_two").read("answer", token)).toBeUndefined();
    expect(new LinkTokens("another pepper", "tnt_one").read("answer", token)).toBeUndefined();
  });

  test("with one character changed they are nothing, nor is anything made up", () => {
    const token = links.make("answer", { sendId: newId("snd"), channel: "sms" });
    fc.assert(
      fc.property(fc.integer({ min: 0, max: token.length - 1 }), fc.constantFrom(..."abAB01-_"), (at, letter) => {
        fc.pre(token[at] !== letter);
        expect(links.read("answer", token.slice(0, at) + letter + token.slice(at + 1))).toBeUndefined();
      }),
    );
    fc.assert(fc.property(fc.string({ maxLength: 60 }), (made) => links.read("answer", made) === undefined));
  });
});

describe("codes", () => {
  test("are six digits of their own for every send", () => {
    const codes = Array.from({ length: 2_000 }, () => links.code(newId("snd")));
    for (const code of codes) expect(code).toMatch(/^[0-9]{6}$/);
    expect(new Set(codes).size).toBeGreaterThan(1_980);
    // Every leading digit comes: the code is not squeezed into a part of the million.
    expect(new Set(codes.map((code) => code[0])).size).toBe(10);
  });

  const now = 1_000_000_000;
  const asked = askFor(undefined, "+31612345678", "snd_0123456789abcdef", now);

  test("work for ten minutes, five tries, and the address they were sent to", () => {
    expect(tellCode(asked, "+31612345678", true, now + 599_999)).toEqual({ is: "right" });
    expect(tellCode(asked, "+31612345678", true, now + 600_000)).toEqual({ is: "over" });
    expect(tellCode(asked, "+31600000000", true, now)).toEqual({ is: "over" });
    expect(tellCode(undefined, "+31612345678", true, now)).toEqual({ is: "over" });
    let left = asked;
    for (let i = 0; i < 5; i++) {
      const told = tellCode(left, "+31612345678", false, now);
      if (told.is !== "wrong") throw new Error(`try ${i} was ${told.is}`);
      left = told.asked;
    }
    expect(tellCode(left, "+31612345678", true, now)).toEqual({ is: "over" });
  });

  test("T18: cannot be asked for without end", () => {
    let before = asked;
    let at = now;
    for (let i = 1; i < 5; i++) {
      expect(waitForCode(before, at)).toBe(60_000);
      at += 60_000;
      expect(waitForCode(before, at)).toBe(0);
      before = askFor(before, "+31612345678", "snd_0123456789abcdef", at);
    }
    expect(waitForCode(before, at + 60_000)).toBe(3_600_000 - 5 * 60_000);
    expect(waitForCode(before, now + 3_600_000)).toBe(0);
  });
});

describe("a telephone number", () => {
  test.each([
    ["+31 6 12345678", "Europe/Amsterdam", "+31612345678"],
    ["0031-6-12345678", "America/New_York", "+31612345678"],
    ["06 12345678", "Europe/Amsterdam", "+31612345678"],
    ["(020) 123 45 67", "Europe/Amsterdam", "+31201234567"],
    ["+31 (0)20 123 45 67", "Europe/Amsterdam", "+31201234567"],
    ["0470 12 34 56", "Europe/Brussels", "+32470123456"],
  ])("%s in %s is %s", (written, zone, number) => {
    expect(toE164(written, zone)).toBe(number);
  });

  test.each([
    ["06 12345678", "America/New_York"],
    ["112", "Europe/Amsterdam"],
    ["12345678", "Europe/Amsterdam"],
    ["+0612345678", "Europe/Amsterdam"],
  ])("%s in %s is none, so nothing is sent", (written, zone) => {
    expect(toE164(written, zone)).toBeUndefined();
  });
});
