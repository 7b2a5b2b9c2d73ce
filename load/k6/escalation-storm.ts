/**
 * Many organisations raise at the same moment while the escalation timers of others fire: the worst minute of an installation.
 * Each tenant has one site; half of its people are called at once, the other half by a step whose condition holds because
 * nobody answers. Two waves: in the second every tenant raises again while the timers of the first one fire.
 *
 * `npm run load -- escalation-storm --tenants 50` runs it. Proves that every called person gets every alarm exactly once, also by
 * a step, and how late steps fire under load. Proves nothing about many sockets in one site: that is alarm-fanout.
 */

import { sleep } from "k6";
import exec from "k6/execution";
import http from "k6/http";
import { Counter, Trend } from "k6/metrics";
import type { Options } from "k6/options";
import { call } from "./call.ts";
import { holdDevices } from "./device.ts";
import { baseUrl, people, stepSeconds, tenants as tenantCount } from "./parameters.ts";
import { type Data, stormSummary } from "./summary.ts";
import { setUpTenant } from "./tenant.ts";

interface StormTenant {
  readonly slug: string;
  readonly adminToken: string;
  readonly deviceTokens: string[];
  readonly scenarioId: string;
}

const called = new Trend("called_ms", true);
const raiseTime = new Trend("raise_ms", true);
const stepLate = new Trend("step_late_ms", true);
const raised = new Counter("alarms_raised");
const received = new Counter("received");
const missed = new Counter("missed");
const duplicates = new Counter("duplicates");
const unexpected = new Counter("unexpected");
const lostSockets = new Counter("lost_sockets");
const devicesDone = new Counter("devices_done");
const steps = new Counter("steps_fired");

const waves = 2;
/** Holders of sockets: one JavaScript engine for the devices of so many tenants. */
const TENANTS_A_HOLDER = 10;
const holders = Math.ceil(tenantCount / TENANTS_A_HOLDER);
/** The second wave comes when the first one's steps are due. */
const waveSeconds = stepSeconds;
const connectSeconds = 5 + Math.ceil((tenantCount * people) / 200);
/** Longer than the first resending (5 s), so that repeats would be seen. */
const lingerSeconds = 12;
const holdSeconds = connectSeconds + waves * waveSeconds + stepSeconds + lingerSeconds;
const alarms = tenantCount * waves;

export const options: Options = {
  setupTimeout: "15m",
  summaryTrendStats: ["med", "p(95)", "p(99)", "max"],
  scenarios: {
    devices: {
      executor: "per-vu-iterations",
      exec: "devices",
      vus: holders,
      iterations: 1,
      maxDuration: `${holdSeconds + 30}s`,
      gracefulStop: "5s",
    },
    storm: {
      executor: "per-vu-iterations",
      exec: "storm",
      startTime: `${connectSeconds}s`,
      vus: tenantCount,
      iterations: 1,
      maxDuration: `${holdSeconds + 30}s`,
    },
  },
  thresholds: {
    alarms_raised: [`count==${alarms}`],
    received: [`count==${alarms * people}`],
    devices_done: [`count==${tenantCount * people}`],
    steps_fired: [`count==${alarms}`],
    missed: ["count==0"],
    duplicates: ["count==0"],
    unexpected: ["count==0"],
    lost_sockets: ["count==0"],
    step_late_ms: ["p(99)<2000"],
  },
};

export function setup(): StormTenant[] {
  return Array.from({ length: tenantCount }, () => {
    const { slug, adminToken, deviceTokens, userIds } = setUpTenant(1, people);
    const half = Math.ceil(people / 2);
    const { roleId } = call<{ roleId: string }>({
      method: "POST",
      path: `/${slug}/roles`,
      token: adminToken,
      body: { name: "Storm responder" },
    });
    const { scenarioId } = call<{ scenarioId: string }>({
      method: "POST",
      path: `/${slug}/scenarios`,
      token: adminToken,
      body: {
        name: "Storm",
        title: "Storm",
        targets: { users: userIds.slice(0, half) },
        requirement: [{ roleId, count: 1 }],
        escalation: [
          {
            name: "The others",
            afterSeconds: stepSeconds,
            when: { type: "unfilled" },
            action: { type: "widen", targets: { users: userIds.slice(half) } },
          },
        ],
      },
    });
    return { slug, adminToken, deviceTokens, scenarioId };
  });
}

export function devices(tenants: StormTenant[]): void {
  const holder = exec.scenario.iterationInTest;
  const own = tenants.filter((_, i) => i % holders === holder);
  const untilMs = exec.scenario.startTime + holdSeconds * 1000;
  for (const { slug, deviceTokens } of own)
    holdDevices(slug, deviceTokens, untilMs, {
      // The message says when it was raised; those whom the step calls get it that much later.
      received: (ms) => {
        received.add(1);
        called.add(ms > stepSeconds * 1000 ? ms - stepSeconds * 1000 : ms);
      },
      duplicate: () => duplicates.add(1),
      lost: (reason) => {
        console.error(`a device of ${slug} was lost: ${reason}`);
        lostSockets.add(1);
      },
      done: (count) => {
        devicesDone.add(1);
        missed.add(Math.max(0, waves - count));
        unexpected.add(Math.max(0, count - waves));
      },
    });
}

interface Shown {
  readonly escalation?: readonly { readonly state: string; readonly dueAt: string; readonly firedAt?: string }[];
}

export function storm(tenants: StormTenant[]): void {
  const tenant = tenants[exec.scenario.iterationInTest];
  if (tenant === undefined) return;
  const ids: string[] = [];
  for (let wave = 0; wave < waves; wave++) {
    // All tenants at the same moment: the n-th wave's time is the same for every virtual user.
    sleep(Math.max(0, (exec.scenario.startTime + 1000 + wave * waveSeconds * 1000 - Date.now()) / 1000));
    const answer = http.post(
      `${baseUrl}/v1/${tenant.slug}/alarms`,
      JSON.stringify({ scenarioId: tenant.scenarioId, message: `Raised at ${Date.now()} ms.` }),
      {
        headers: { "content-type": "application/json", authorization: `Bearer ${tenant.adminToken}` },
        responseType: "text",
        timeout: "60s",
      },
    );
    if (answer.status !== 202) {
      console.error(`${tenant.slug} wave ${wave} was answered ${answer.status} ${answer.error}: ${answer.body}`);
      continue;
    }
    raised.add(1);
    raiseTime.add(answer.timings.duration);
    ids.push((answer.json() as { alarmId: string }).alarmId);
  }
  sleep(stepSeconds + 4);
  for (const alarmId of ids) {
    const path = `/${tenant.slug}/alarms/${alarmId}`;
    const { escalation } = call<Shown>({ method: "GET", path, token: tenant.adminToken });
    const step = escalation?.[0];
    if (step?.firedAt === undefined) {
      console.error(`${tenant.slug}: the step of ${alarmId} is ${step?.state}`);
      continue;
    }
    steps.add(1);
    stepLate.add(Date.parse(step.firedAt) - Date.parse(step.dueAt));
    call({ method: "POST", path: `${path}/stand-down`, token: tenant.adminToken, body: { reason: "over" } });
  }
}

export function handleSummary(data: Data): Record<string, string> {
  const summary = { stdout: stormSummary(data) };
  return __ENV.SUMMARY_JSON ? { ...summary, [__ENV.SUMMARY_JSON]: JSON.stringify(data, null, 2) } : summary;
}
