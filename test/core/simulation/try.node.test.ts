import fc from "fast-check";
import { expect, test, vi } from "vitest";
import { histories } from "./deeds.ts";
vi.mock("../../../actors/kernel/ids.ts", () => import("./ids.ts"));
vi.mock("../../../history/sink.ts", () => import("./record-sink.ts"));
vi.mock("../../../history/client.ts", () => import("./record-sink.ts"));
const { simulate } = await import("./simulate.ts");
test("x", async () => {
  const t = performance.now();
  let n = 0;
  await fc.assert(fc.asyncProperty(histories(10), async (h) => { n++; await simulate(h); }), { numRuns: Number(process.env.FC_RUNS ?? 100), ...(process.env.FC_SEED ? {seed: Number(process.env.FC_SEED)} : {}) , verbose: 0 });
  console.log(n, (performance.now() - t) / n);
}, 100_000);
