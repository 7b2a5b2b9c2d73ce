import fc from "fast-check";
import { expect, test } from "vitest";
import { decodeFrame } from "../../actors/site/sockets/decode.ts";
import { limits } from "../../protocol/limits.ts";

// Proves that no frame of a client gets past its schema or throws (T20, T21), and that refusals say nothing back of what was
// sent (T22). When a socket is closed for them is test/workerd's.

const text = (value: unknown) => JSON.stringify(value);
const alarmId = "alm_00000001";

test.each([
  { type: "hello" },
  { type: "hello", lastSeq: 0 },
  { type: "receipt", alarmId },
  { type: "seen", alarmId },
  { type: "respond", alarmId, response: "enRoute", etaMinutes: 3, text: "by the north stairs" },
  { type: "presence", siteId: "site_0001", zoneId: "zone_0001", present: true },
  { type: "availability", available: false, until: "2026-11-01T08:00:00Z", note: "holiday" },
  { type: "watch", board: "alarms" },
  { type: "watch", board: "site", siteId: "site_0001" },
  { type: "watch", board: "alarm", alarmId },
  { type: "unwatch", board: "site" },
  { type: "ping" },
])("takes $type", (frame) => {
  expect(decodeFrame(text(frame))).toEqual({ ok: true, frame });
});

test.each<[string, string, string, string | undefined]>([
  ["not JSON", "{", "is not JSON", undefined],
  ["empty", "", "is not JSON", undefined],
  ["no object", "[]", "frame", undefined],
  ["null", "null", "frame", undefined],
  ["no type", "{}", "type", undefined],
  ["an unknown type", text({ type: "reboot" }), "type", "reboot"],
  ["a type that is no word", text({ type: "<b>x</b>" }), "type", undefined],
  ["an unknown field", text({ type: "ping", x: 1 }), "x: unknown field", "ping"],
  ["no alarm", text({ type: "receipt" }), "alarmId", "receipt"],
  ["an alarm that is no id", text({ type: "receipt", alarmId: "../x" }), "alarmId: is not an id", "receipt"],
  ["a negative number", text({ type: "hello", lastSeq: -1 }), "lastSeq", "hello"],
  ["a fraction", text({ type: "hello", lastSeq: 1.5 }), "lastSeq", "hello"],
  ["an unknown answer", text({ type: "respond", alarmId, response: "maybe" }), "response", "respond"],
  [
    "a position (I7)",
    text({ type: "presence", siteId: "site_0001", present: true, latitude: 52.1 }),
    "latitude",
    "presence",
  ],
  ["a site's board without a site", text({ type: "watch", board: "site" }), "siteId", "watch"],
  ["an alarm's board without an alarm", text({ type: "watch", board: "alarm" }), "alarmId", "watch"],
  ["a prototype", '{"type":"ping","__proto__":{"x":1}}', "unknown field", "ping"],
])("T20: refuses %s", (_, frame, message, ref) => {
  const decoded = decodeFrame(frame);
  expect(decoded).toMatchObject({ ok: false, tooLarge: false, message: expect.stringContaining(message) });
  expect("ref" in decoded ? decoded.ref : undefined).toBe(ref);
});

test("T21: size is counted in bytes, at exactly the limit", () => {
  const frame = (note: string) => text({ type: "availability", available: true, note });
  const room = limits.frameBytes - frame("").length;
  const fits = decodeFrame(frame("x".repeat(room)));
  expect(fits).toMatchObject({ ok: false, tooLarge: false });
  expect(decodeFrame(frame("x".repeat(room + 1)))).toMatchObject({ ok: false, tooLarge: true });
  // Three bytes and one UTF-16 unit each.
  expect(decodeFrame(frame("€".repeat(Math.floor(room / 3))))).toMatchObject({ ok: false, tooLarge: false });
  expect(decodeFrame(frame("€".repeat(Math.floor(room / 3) + 1)))).toMatchObject({ ok: false, tooLarge: true });
});

test("binary frames are refused, large ones at once", () => {
  expect(decodeFrame(new ArrayBuffer(4))).toEqual({ ok: false, tooLarge: false, message: "must be text" });
  expect(decodeFrame(new ArrayBuffer(limits.frameBytes + 1))).toMatchObject({ ok: false, tooLarge: true });
});

test("T20: no text makes it throw, and what is refused is bounded", () => {
  const frames = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.json(),
    fc.record({ type: fc.constantFrom("hello", "respond", "watch"), alarmId: fc.anything() }).map((value) => {
      try {
        return JSON.stringify(value) ?? "";
      } catch {
        return "";
      }
    }),
  );
  fc.assert(
    fc.property(frames, (frame) => {
      const decoded = decodeFrame(frame);
      if (!decoded.ok) expect(decoded.message.length).toBeLessThanOrEqual(300);
    }),
    { numRuns: 2_000 },
  );
});

test("T22: a refusal never repeats the value", () => {
  const secret = "0612345678";
  for (const frame of [
    { type: "respond", alarmId: secret.repeat(9), response: "coming" },
    { type: "respond", alarmId, response: secret },
    { type: "availability", available: secret },
    { type: secret },
  ])
    expect(text(decodeFrame(text(frame)))).not.toContain(secret);
});
