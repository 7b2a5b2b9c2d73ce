import { describe, expect, it, test } from "vitest";
import { z } from "zod";
import { limits } from "../../protocol/limits.ts";
import type { Outcome } from "../../protocol/problems.ts";
import { discardBody } from "../../workers/http/discard-body.ts";
import { jsonDepth } from "../../workers/http/json-depth.ts";
import { readBody } from "../../workers/http/read-body.ts";
import { readQuery } from "../../workers/http/read-query.ts";

const Body = z.strictObject({ name: z.string().max(5), inside: z.unknown().optional() });
const most = 1_000;

/** One request with a body that arrives in pieces, so that no Content-Length tells its size beforehand. */
const streamed = (
  pieces: readonly (string | Uint8Array)[],
  contentType: string | null = "application/json",
): Request => {
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const piece of pieces)
        controller.enqueue(typeof piece === "string" ? new TextEncoder().encode(piece) : piece);
      controller.close();
    },
  });
  const headers = new Headers(contentType === null ? {} : { "Content-Type": contentType });
  const options = { method: "POST", headers, body, duplex: "half" };
  return new Request("http://standby.test/", options);
};

const read = (request: Request): Promise<Outcome<unknown>> => readBody(request, Body, most);
const nested = (depth: number): string => `{"name":"a","inside":${"[".repeat(depth - 1)}${"]".repeat(depth - 1)}}`;

const codeOf = (outcome: Outcome<unknown>): string => (outcome.ok ? "taken" : outcome.refusal.code);

test.each([
  ["a good body", streamed(['{"name":', '"Ada"}']), "taken"],
  ["UTF-8 across two pieces", streamed(['{"name":"', new Uint8Array([0xc3]), new Uint8Array([0xa9]), '"}']), "taken"],
  ["a charset", streamed(['{"name":"Ada"}'], "application/json; charset=UTF-8"), "taken"],
  ["another charset", streamed(['{"name":"Ada"}'], "application/json; charset=latin1"), "unsupported_media_type"],
  ["a form", streamed(["name=Ada"], "application/x-www-form-urlencoded"), "unsupported_media_type"],
  ["text, which forms can send", streamed(['{"name":"Ada"}'], "text/plain"), "unsupported_media_type"],
  ["something that only begins alike", streamed(["{}"], "application/jsonp"), "unsupported_media_type"],
  ["no type", streamed(['{"name":"Ada"}'], null), "unsupported_media_type"],
  ["an empty body", streamed([]), "malformed_json"],
  ["half a body", streamed(['{"name":']), "malformed_json"],
  ["not UTF-8", streamed(['{"name":"', new Uint8Array([0xff]), '"}']), "malformed_json"],
  ["the deepest nesting", streamed([nested(limits.jsonDepth)]), "taken"],
  ["one deeper", streamed([nested(limits.jsonDepth + 1)]), "malformed_json"],
  ["the last byte that fits", streamed(['{"name":"Ada"}', " ".repeat(most - 14)]), "taken"],
  ["one byte more, in pieces", streamed(['{"name":"Ada"}', " ".repeat(most - 13)]), "too_large"],
  ["a wrong field", streamed(['{"name":"Adalbert"}']), "invalid"],
  ["an unknown field", streamed(['{"name":"Ada","latitude":52}']), "invalid"],
])("a body: %s", async (_, request, code) => {
  expect(codeOf(await read(request))).toBe(code);
});

it("refuses by Content-Length before it reads", async () => {
  const request = new Request("http://standby.test/", {
    method: "POST",
    headers: { "Content-Type": "application/json", "Content-Length": "1001" },
    body: "{}",
  });
  // Node and Deno keep the header that says otherwise; where a runtime corrects it, the count decides.
  const said = request.headers.get("Content-Length");
  expect(codeOf(await read(request))).toBe(said === "1001" ? "too_large" : "invalid");
});

it("names fields and never repeats their values", async () => {
  const outcome = await read(streamed(['{"name":"a secret name","position":"52.1,4.3"}']));
  const refusal = outcome.ok ? undefined : outcome.refusal;
  expect(refusal?.errors?.map((error) => error.path).sort()).toEqual(["name", "position"]);
  expect(JSON.stringify(refusal)).not.toMatch(/secret|52\.1/);
});

describe("jsonDepth", () => {
  test.each([
    ["1", 0],
    ["[]", 1],
    ['{"a":[{}]}', 3],
    ["[[],[]]", 2],
    ['"[[["', 0],
    ['["\\"[["]', 1],
    ['["\\\\",[]]', 2],
  ])("%s", (text, depth) => expect(jsonDepth(text, 24)).toBe(depth));

  it("agrees with a parser about any nesting", () => {
    const real = (value: unknown): number =>
      value !== null && typeof value === "object" ? 1 + Math.max(0, ...Object.values(value).map(real)) : 0;
    for (let n = 0; n < 200; n++) {
      const grow = (left: number): unknown =>
        left === 0
          ? ['"', "\\", "[", "}"][n % 4]
          : n % 3 === 0
            ? { '[{"\\': grow(left - 1), b: 1 }
            : [grow(left - 1), []];
      const value = grow(n % 20);
      expect(jsonDepth(JSON.stringify(value), 100)).toBe(real(value));
    }
  });

  it("stops counting one past the limit", () => expect(jsonDepth("[".repeat(1_000_000), 24)).toBe(25));
});

test("a query field given twice is refused, and so is one that is not known", () => {
  const Query = z.strictObject({ limit: z.string().optional() });
  expect(readQuery("http://standby.test/?limit=5", Query)).toEqual({ ok: true, value: { limit: "5" } });
  expect(codeOf(readQuery("http://standby.test/?limit=5&limit=6", Query))).toBe("invalid");
  expect(codeOf(readQuery("http://standby.test/?tenant=other", Query))).toBe("invalid");
});

describe("what is left of a body that was refused", () => {
  /** A body of so many MiB, and how much of it was taken. */
  const large = (pieces: number) => {
    const taken = { bytes: 0, cancelled: false, ended: false };
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        taken.ended = taken.bytes === pieces * 1024 * 1024;
        if (taken.ended) return controller.close();
        taken.bytes += 1024 * 1024;
        controller.enqueue(new Uint8Array(1024 * 1024));
      },
      cancel() {
        taken.cancelled = true;
      },
    });
    const headers = { "Content-Type": "application/json" };
    const options = { method: "POST", headers, body, duplex: "half" };
    return { taken, request: new Request("http://standby.test/", options) };
  };

  it("is taken to its end, so that the client reads the answer", async () => {
    const { request, taken } = large(9);
    expect(codeOf(await read(request))).toBe("too_large");
    await discardBody(request);
    expect(taken.ended).toBe(true);
  });

  it("T21: is not taken without end, and nothing of it is kept", async () => {
    const { request, taken } = large(Number.POSITIVE_INFINITY);
    expect(codeOf(await read(request))).toBe("too_large");
    await discardBody(request);
    expect(taken.bytes).toBeLessThan(32 * 1024 * 1024);
    expect(taken.cancelled).toBe(true);
  });
});
