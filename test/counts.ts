import { existsSync, readFileSync } from "node:fs";
import { z } from "zod";

/** How the tests of one layer ended. `skipped` counts tests that were written and not run. */
export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** What failed, and the first line of why, for whoever sees the end of the output alone. */
  readonly failures: readonly string[];
}

const CheckReport = z.strictObject({ passed: z.number(), failed: z.number(), skipped: z.number() });

/** From the report of test/check.ts: each step is one test. */
export function countCheck(reportPath: string): Counts {
  return { ...CheckReport.parse(read(reportPath)), failures: [] };
}

const VitestReport = z.object({
  testResults: z.array(
    z.object({
      name: z.string(),
      status: z.enum(["passed", "failed"]),
      /** Why the file failed outside its tests: on reading it, or in a hook around all of them. */
      message: z.string(),
      assertionResults: z.array(
        z.object({
          fullName: z.string(),
          status: z.enum(["passed", "failed", "skipped", "pending", "todo", "disabled"]),
          failureMessages: z.array(z.string()).nullish(),
        }),
      ),
    }),
  ),
});

/** From the report of vitest's `json` reporter. A file that failed outside its tests counts as one failure. */
export function countVitest(reportPath: string): Counts {
  const { testResults } = VitestReport.parse(read(reportPath));
  const tests = testResults.flatMap((file) => file.assertionResults.map((test) => ({ ...test, file: file.name })));
  const statuses = tests.map((test) => test.status);
  const brokenFiles = testResults.filter(
    (file) => file.status === "failed" && !file.assertionResults.some((test) => test.status === "failed"),
  );
  const passed = statuses.filter((status) => status === "passed").length;
  const failed = statuses.filter((status) => status === "failed").length;
  const failures = [
    ...brokenFiles.map(({ name, message }) => `${name}: ${firstLine(message)}`),
    ...tests
      .filter((test) => test.status === "failed")
      .map(({ file, fullName, failureMessages }) => `${file}: ${fullName}: ${firstLine(failureMessages?.[0])}`),
  ];
  return { passed, failed: failed + brokenFiles.length, skipped: statuses.length - passed - failed, failures };
}

const lineLimit = 200;
/** The second line of a property's failure is its seed and path, without which nobody finds it again. */
const firstLine = (message = ""): string => {
  const [first = "", second = ""] = message.split("\n");
  return (second.startsWith("{ seed:") ? `${first} ${second}` : first).slice(0, lineLimit);
};

interface K6Group {
  readonly checks: Readonly<Record<string, { readonly passes: number; readonly fails: number }>>;
  readonly groups: Readonly<Record<string, K6Group>>;
}

const K6Group: z.ZodType<K6Group> = z.object({
  checks: z.record(z.string(), z.object({ passes: z.number(), fails: z.number() })),
  get groups() {
    return z.record(z.string(), K6Group);
  },
});

const K6Summary = z.object({
  root_group: K6Group,
  metrics: z.record(z.string(), z.object({ thresholds: z.record(z.string(), z.boolean()).optional() })),
});

/** From k6's summary export: each named check and each threshold is one test. In the export, true means crossed. */
export function countK6(reportPath: string): Counts {
  const { root_group, metrics } = K6Summary.parse(read(reportPath));
  const thresholds = Object.values(metrics).flatMap((metric) => Object.values(metric.thresholds ?? {}));
  const outcomes = [...checksOf(root_group), ...thresholds.map((crossed) => !crossed)];
  const passed = outcomes.filter((held) => held).length;
  return { passed, failed: outcomes.length - passed, skipped: 0, failures: [] };
}

function checksOf(group: K6Group): boolean[] {
  const own = Object.values(group.checks).map((check) => check.fails === 0);
  return [...own, ...Object.values(group.groups).flatMap(checksOf)];
}

function read(path: string): unknown {
  if (!existsSync(path)) throw new Error("it wrote no report");
  return JSON.parse(readFileSync(path, "utf8"));
}
