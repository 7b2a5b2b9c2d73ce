import fc from "fast-check";
import { expect, test } from "vitest";
import { afterEnd, afterReopen, join, type KeptIncident, showIncident } from "../../actors/tenant/incident/incident.ts";
import { Incident } from "../../protocol/incidents.ts";
import { Kind } from "../../protocol/terms.ts";

// Proves when an incident is open and what may join it (I9). Who sees it and its log are test/workerd.

const incident: KeptIncident = {
  incidentId: "inc_00000001",
  title: "Fire",
  kind: "actual",
  openedAt: 1_000,
  alarmIds: ["alm_00000001"],
};

test("I9: only alarms of its own kind join an incident, and only while it is open", () => {
  for (const kind of Kind.options) {
    const joined = join(incident, "alm_00000002", kind);
    if (kind === "actual")
      expect(joined).toEqual({ ok: true, value: { ...incident, alarmIds: ["alm_00000001", "alm_00000002"] } });
    else expect(joined).toMatchObject({ refusal: { code: "conflict" } });
    expect(join({ ...incident, closedAt: 2_000 }, "alm_00000002", kind)).toMatchObject({
      refusal: { code: "conflict" },
    });
  }
  expect(incident.alarmIds, "the given incident is not changed").toEqual(["alm_00000001"]);
});

test("an incident is open exactly as long as one of its alarms is, whatever the order of ends and re-openings", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat({ max: 2 }), fc.boolean())), (events) => {
      const open = [true, true, true];
      let known: KeptIncident = { ...incident, alarmIds: ["alm_00000000", "alm_00000001", "alm_00000002"] };
      events.forEach(([which, opens], i) => {
        if (open[which] === opens) return;
        open[which] = opens;
        const before = known;
        if (opens) known = known.closedAt === undefined ? known : afterReopen(known);
        else known = afterEnd(known, open.filter(Boolean).length, 2_000 + i);
        if (!opens && open.some(Boolean)) expect(known, "nothing is stored anew for nothing").toBe(before);
        expect(known.closedAt === undefined).toBe(open.some(Boolean));
        expect(Incident.parse(showIncident(known)).state).toBe(open.some(Boolean) ? "open" : "closed");
      });
    }),
  );
});

test("the first end stands", () => {
  const closed = { ...incident, closedAt: 2_000 };
  expect(afterEnd(closed, 0, 9_000)).toBe(closed);
  expect(showIncident({ ...closed, severity: "Severe", category: "Fire" })).toMatchObject({
    closedAt: "1970-01-01T00:00:02.000Z",
    severity: "Severe",
    category: "Fire",
  });
});
