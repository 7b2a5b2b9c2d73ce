import { expect, test, vi } from "vitest";
vi.mock("../../../actors/kernel/ids.ts", () => import("./ids.ts"));
vi.mock("../../../history/sink.ts", () => import("./record-sink.ts"));
vi.mock("../../../history/client.ts", () => import("./record-sink.ts"));
const { makeWorld } = await import("./world.ts");
test("x", async () => {
  const t = performance.now();
  for (let i = 0; i < 10; i++) { const w = await makeWorld(i); expect(w.machine.failures).toEqual([]); console.log(w.town.citizens.length, w.devices.length); }
  console.log((performance.now() - t) / 10);
});
