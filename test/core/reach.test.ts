/**
 * Proves who counts as connected by what sites said of their sockets (issue 5, 5): in any order of news, lost news made good by the
 * number, and never for longer than the site is heard of. Does not prove that sites say so: test/workerd/presence-board.test.ts.
 */
import fc from "fast-check";
import { expect, test } from "vitest";
import { Reach } from "../../actors/tenant/reach/reach.ts";
import { limits } from "../../protocol/limits.ts";

const minute = 60_000;

test("an open socket counts while its site is heard of, a closed one for the term after it", () => {
  const reach = new Reach();
  expect(reach.take({ place: "a", open: 1, came: [["dev_1", "usr_1", 0]], went: [] }, 0)).toBe(true);
  expect(reach.isConnected("usr_1", 9 * minute)).toBe(true);
  reach.take({ place: "a", open: 1, came: [], went: [] }, 200 * minute);
  expect(reach.isConnected("usr_1", 200 * minute)).toBe(true);
  expect(reach.isConnected("usr_1", 200 * minute + limits.reachableMs + 20 * minute)).toBe(false);
  expect(reach.take({ place: "a", open: 0, came: [], went: [["dev_1", "usr_1", 300 * minute]] }, 300 * minute)).toBe(
    true,
  );
  expect(reach.isConnected("usr_1", 300 * minute + limits.reachableMs - 1)).toBe(true);
  expect(reach.isConnected("usr_1", 300 * minute + limits.reachableMs)).toBe(false);
  expect(reach.isConnected("usr_2", 0)).toBe(false);
});

test("a device that moved is not gone because its former place hears of the end of its old socket last", () => {
  const reach = new Reach();
  reach.take({ place: "a", open: 1, came: [["dev_1", "usr_1", 1]], went: [] }, 1);
  reach.take({ place: "b", open: 1, came: [["dev_1", "usr_1", 2]], went: [] }, 2);
  expect(reach.take({ place: "a", open: 0, came: [], went: [["dev_1", "usr_1", 3]] }, 3)).toBe(true);
  expect(reach.signOf("dev_1", 50)).toBe(50);
});

test("whatever news are lost, saying all of it makes the tenant agree with the sites", () => {
  const change = fc.record({
    place: fc.constantFrom("a", "b"),
    device: fc.integer({ min: 0, max: 5 }),
    up: fc.boolean(),
    lost: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(change, { maxLength: 40 }), (list) => {
      const reach = new Reach();
      const open = { a: new Set<number>(), b: new Set<number>() };
      const row = (device: number, at: number) => [`dev_${device}`, `usr_${device % 3}`, at] as const;
      for (const [now, { place, device, up, lost }] of list.entries()) {
        const sockets = open[place as "a" | "b"];
        if (up) {
          // One socket a device: it comes here and is gone there.
          for (const other of Object.values(open)) other.delete(device);
          sockets.add(device);
        } else sockets.delete(device);
        const rows = [row(device, now)];
        if (!lost) reach.take({ place, open: sockets.size, came: up ? rows : [], went: up ? [] : rows }, now);
      }
      const end = list.length;
      for (const round of [0, 1])
        for (const place of ["a", "b"] as const) {
          const came = [...open[place]].map((device) => row(device, end));
          const agreed = reach.take({ place, open: open[place].size, came, went: [], whole: true }, end + round);
          if (round === 1) expect(agreed).toBe(true);
        }
      for (let device = 0; device <= 5; device++)
        expect(reach.devices.get(`dev_${device}`)?.open ?? false).toBe(open.a.has(device) || open.b.has(device));
    }),
    { numRuns: 500 },
  );
});

test("devices of which nothing was heard for long are forgotten", () => {
  const reach = new Reach();
  reach.take({ place: "a", open: 1, came: [["dev_1", "usr_1", 0]], went: [["dev_2", "usr_2", 0]] }, 0);
  reach.prune(limits.reachKeptMs + 60 * minute);
  expect(reach.devices.size).toBe(0);
  expect(reach.take({ place: "a", open: 0, came: [], went: [] }, limits.reachKeptMs * 2)).toBe(true);
});
