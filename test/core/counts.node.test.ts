import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { countK6, countVitest } from "../counts.ts";

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "standby-counts-"));
});

afterAll(() => rmSync(folder, { recursive: true }));

function report(content: unknown): string {
  const path = join(folder, "report.json");
  writeFileSync(path, JSON.stringify(content));
  return path;
}

test("a file that broke before its tests ran counts as a failure; what failed is named, with the first line of why", () => {
  const assertionResults = ["passed", "passed", "failed", "skipped", "todo"].map((status, i) => ({
    fullName: `test ${i}`,
    status,
    failureMessages: status === "failed" ? ["expected 1 to be 2\n    at somewhere"] : [],
  }));
  const testResults = [
    { name: "a", status: "failed", message: "", assertionResults },
    { name: "b", status: "failed", message: "no port is free\n  tried 200", assertionResults: [] },
    { name: "c", status: "passed", message: "", assertionResults: [{ fullName: "test", status: "passed" }] },
  ];
  expect(countVitest(report({ testResults }))).toEqual({
    passed: 3,
    failed: 2,
    skipped: 2,
    failures: ["b: no port is free", "a: test 2: expected 1 to be 2"],
  });
});

test("k6's checks count in every group, and a crossed threshold is a failure", () => {
  const groups = { "::inner": { checks: { b: { passes: 3, fails: 1 } }, groups: {} } };
  const root_group = { checks: { a: { passes: 4, fails: 0 } }, groups };
  const metrics = {
    missed: { count: 0, thresholds: { "count==0": false } },
    raise_to_receive: { thresholds: { "p(95)<500": true } },
    iterations: { count: 4 },
  };
  expect(countK6(report({ root_group, metrics }))).toEqual({ passed: 2, failed: 2, skipped: 0, failures: [] });
});

test("a missing report is an error, not zero tests", () => {
  expect(() => countVitest(join(folder, "nowhere.json"))).toThrow("no report");
});
