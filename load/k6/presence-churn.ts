/**
 * People of one site come and go while coordinators watch it and alarms are raised: first some alarms in quiet, then as many with the
 * churn, in the same run. A few people walk in and out again and again, as at the turn of a shift; everybody gets the alarms.
 *
 * `npm run load -- presence-churn --sockets 5000` runs it whole; `npm run load:churn` is small. Proves that churn delays no alarm
 * and how soon a change is on a watcher's screen: from the device's report to the frame, both in this program. Proves nothing about
 * many sites at once: each has an actor of its own.
 */

import { sleep } from "k6";
import exec from "k6/execution";
import http from "k6/http";
import { Counter, Trend } from "k6/metrics";
import type { Options } from "k6/options";
import { call } from "./call.ts";
import { holdWalkers } from "./churn-devices.ts";
import {
  alarms,
  baseUrl,
  changesPerMinute,
  churnHolders,
  connectSeconds,
  lingerSeconds,
  sockets,
} from "./parameters.ts";
import { churnSummary, type Data } from "./summary.ts";
import { setUpTenant, type Tenant } from "./tenant.ts";

interface ChurnTenant extends Tenant {
  readonly watcherToken: string;
}

const quiet = new Trend("quiet_fanout_ms", true);
const churned = new Trend("churn_fanout_ms", true);
const toWatcher = new Trend("to_watcher_ms", true);
const gap = new Trend("frames_a_second");
const raiseTime = new Trend("raise_ms", true);
const raised = new Counter("alarms_raised");
const received = new Counter("received");
const missed = new Counter("missed");
const duplicates = new Counter("duplicates");
const unexpected = new Counter("unexpected");
const lostSockets = new Counter("lost_sockets");
const devicesDone = new Counter("devices_done");
const changes = new Counter("presence_changes");
const unseen = new Counter("changes_unseen");

/** Between two alarms, s: the fan-out of one has ended long before the next. */
const alarmEvery = 6;
const phaseSeconds = alarms * alarmEvery + 2;
/** From the start of the devices. */
const quietFrom = connectSeconds;
const churnFrom = quietFrom + phaseSeconds;
const churnUntil = churnFrom + Math.max(phaseSeconds, 30);
const holdSeconds = churnUntil + lingerSeconds;
const all = 2 * alarms;

export const options: Options = {
  setupTimeout: "15m",
  summaryTrendStats: ["med", "p(95)", "p(99)", "max"],
  scenarios: {
    devices: {
      executor: "per-vu-iterations",
      exec: "devices",
      vus: churnHolders,
      iterations: 1,
      maxDuration: `${holdSeconds + 60}s`,
      gracefulStop: "5s",
    },
    alarms: {
      executor: "per-vu-iterations",
      exec: "alarm",
      startTime: `${quietFrom}s`,
      vus: 1,
      iterations: 1,
      maxDuration: `${holdSeconds + 60}s`,
    },
  },
  thresholds: {
    alarms_raised: [`count==${all}`],
    received: [`count==${all * sockets}`],
    devices_done: [`count==${sockets}`],
    missed: ["count==0"],
    duplicates: ["count==0"],
    unexpected: ["count==0"],
    lost_sockets: ["count==0"],
    changes_unseen: ["count==0"],
    presence_changes: [`count>=${Math.floor(changesPerMinute * ((churnUntil - churnFrom) / 60) * 0.9)}`],
    to_watcher_ms: ["p(99)<300"],
    frames_a_second: ["max<=4.5"],
    churn_delay_ms: ["max<=100"],
  },
};

const delay = new Trend("churn_delay_ms", true);

export function setup(): ChurnTenant {
  const tenant = setUpTenant(1, sockets);
  // The administrator may watch, and is no device of the site.
  return { ...tenant, watcherToken: tenant.adminToken };
}

export function devices(tenant: ChurnTenant): void {
  const holder = exec.scenario.iterationInTest;
  const start = exec.scenario.startTime;
  const own = tenant.deviceTokens.flatMap((token, i) =>
    i % churnHolders === holder ? [{ token, userId: tenant.userIds[i] ?? "" }] : [],
  );
  let lost = 0;
  holdWalkers(
    {
      slug: tenant.slug,
      siteId: tenant.siteIds[0] ?? "",
      watcherToken: tenant.watcherToken,
      devices: own,
      changesPerSecond: changesPerMinute / 60 / churnHolders,
      churnFromMs: start + churnFrom * 1000,
      churnUntilMs: start + churnUntil * 1000,
      untilMs: start + holdSeconds * 1000,
    },
    {
      received: (ms, at) => {
        received.add(1);
        (at < start + churnFrom * 1000 ? quiet : churned).add(ms);
      },
      duplicate: () => duplicates.add(1),
      lost: (reason) => {
        if (lost++ === 0) console.error(`holder ${holder} lost a socket: ${reason}`);
        lostSockets.add(1);
      },
      done: (count) => {
        devicesDone.add(1);
        missed.add(Math.max(0, all - count));
        unexpected.add(Math.max(0, count - all));
      },
      changed: () => changes.add(1),
      shown: (ms) => toWatcher.add(ms),
      unseen: (count) => unseen.add(count),
      framesASecond: (count) => gap.add(count),
    },
  );
}

/** To everybody, wherever they are: with the churn a site's own alarm would have other recipients each time. */
function raise({ slug, adminToken }: ChurnTenant, number: number) {
  const body = JSON.stringify({
    title: `Load test ${number}`,
    message: `Raised at ${Date.now()} ms.`,
    kind: "actual",
    urgency: "urgent",
    targets: { everyone: true },
  });
  return http.post(`${baseUrl}/v1/${slug}/alarms`, body, {
    headers: {
      "content-type": "application/json",
      authorization: `Bearer ${adminToken}`,
      "idempotency-key": `k6-${slug}-${number}`,
    },
    responseType: "text",
  });
}

export function alarm(tenant: ChurnTenant): void {
  const start = exec.scenario.startTime;
  for (const phase of [0, 1])
    for (let i = 0; i < alarms; i++) {
      // The second phase begins when the churn has gone on for a moment.
      const due = start + (phase * phaseSeconds + phase * 2 + 1 + i * alarmEvery) * 1000;
      sleep(Math.max(0, (due - Date.now()) / 1000));
      const number = phase * alarms + i;
      const answer = raise(tenant, number);
      if (answer.status !== 202) {
        console.error(`alarm ${number} was answered ${answer.status} ${answer.error}: ${answer.body}`);
        continue;
      }
      raised.add(1);
      raiseTime.add(answer.timings.duration);
      const { alarmId } = answer.json() as { alarmId: string };
      sleep(alarmEvery - 2);
      const path = `/${tenant.slug}/alarms/${alarmId}`;
      // What the server itself measured: free of this program's own load.
      const { timings } = call<{ timings: { received: { p99: number } } }>({
        method: "GET",
        path,
        token: tenant.adminToken,
      });
      if (phase === 0) quietP99.push(timings.received.p99);
      else churnP99.push(timings.received.p99);
      call({ method: "POST", path: `${path}/stand-down`, token: tenant.adminToken, body: { reason: "over" } });
    }
  const middle = (list: number[]): number => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)] ?? 0;
  delay.add(middle(churnP99) - middle(quietP99));
}

const quietP99: number[] = [];
const churnP99: number[] = [];

export function handleSummary(data: Data): Record<string, string> {
  const summary = { stdout: churnSummary(data) };
  return __ENV.SUMMARY_JSON ? { ...summary, [__ENV.SUMMARY_JSON]: JSON.stringify(data, null, 2) } : summary;
}
