/**
 * Many devices keep a socket open; alarms are raised at a constant rate, by webhook and by a user in turns; every device must
 * get every alarm exactly once. Raising and receiving happen in one process, so one clock tells how long it took.
 *
 * `npm run load -- alarm-fanout --sockets 1000` runs it; the parameters are those of parameters.ts.
 */
import exec from "k6/execution";
import { Counter, Trend } from "k6/metrics";
import type { Options } from "k6/options";
import { holdDevices } from "./device.ts";
import { alarmSeconds, alarms, connectSeconds, holders, holdSeconds, rate, sites, sockets } from "./parameters.ts";
import { raise } from "./raise.ts";
import { type Data, shortSummary } from "./summary.ts";
import { setUpTenant, type Tenant } from "./tenant.ts";

const fanOut = new Trend("alarm_fanout_ms", true);
const raiseTime = new Trend("raise_ms", true);
const raised = new Counter("alarms_raised");
const received = new Counter("received");
const missed = new Counter("missed");
const duplicates = new Counter("duplicates");
const unexpected = new Counter("unexpected");
const lostSockets = new Counter("lost_sockets");
const devicesDone = new Counter("devices_done");

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
    alarms: {
      executor: "constant-arrival-rate",
      exec: "alarm",
      startTime: `${connectSeconds}s`,
      rate,
      timeUnit: "1m",
      duration: `${alarmSeconds}s`,
      preAllocatedVUs: 4,
    },
  },
  thresholds: {
    // A threshold on a counter that was never added to does not fail, so the sums that must be reached are named as well.
    alarms_raised: [`count==${alarms}`],
    received: [`count==${alarms * sockets}`],
    devices_done: [`count==${sockets}`],
    missed: ["count==0"],
    duplicates: ["count==0"],
    unexpected: ["count==0"],
    lost_sockets: ["count==0"],
  },
};

export function setup(): Tenant {
  return setUpTenant(sites, sockets);
}

export function devices(tenant: Tenant): void {
  // One iteration a virtual user, so these numbers count the holders from 0; the numbers of virtual users need not.
  const holder = exec.scenario.iterationInTest;
  const tokens = tenant.deviceTokens.filter((_, i) => i % holders === holder);
  const untilMs = exec.scenario.startTime + holdSeconds * 1000;
  let lost = 0;
  holdDevices(tenant.slug, tokens, untilMs, {
    received: (ms) => {
      received.add(1);
      fanOut.add(ms);
    },
    duplicate: () => duplicates.add(1),
    lost: (reason) => {
      // When the server goes, thousands are lost for one reason.
      if (lost++ === 0) console.error(`holder ${holder} lost a device: ${reason}`);
      lostSockets.add(1);
    },
    done: (count) => {
      devicesDone.add(1);
      missed.add(Math.max(0, alarms - count));
      unexpected.add(Math.max(0, count - alarms));
    },
  });
}

export function alarm(tenant: Tenant): void {
  // The executor may begin one iteration more than asked for at the very end of its time.
  const number = exec.scenario.iterationInTest;
  if (number >= alarms) return;
  const answer = raise(tenant, number);
  if (answer.status === 202) {
    raised.add(1);
    raiseTime.add(answer.timings.duration);
  } else {
    console.error(`alarm ${number} was answered ${answer.status} ${answer.error}: ${answer.body}`);
  }
}

export function handleSummary(data: Data): Record<string, string> {
  const summary = { stdout: shortSummary(data) };
  return __ENV.SUMMARY_JSON ? { ...summary, [__ENV.SUMMARY_JSON]: JSON.stringify(data, null, 2) } : summary;
}
