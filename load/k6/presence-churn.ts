/**
 * People of one site come and go while coordinators watch it and alarms are raised. Quiet and churn take turns in the same run, an
 * alarm in each, so that a slow minute of the machine strikes both: what counts is how much later an alarm comes under churn.
 * Some hundred people walk in and out again and again, as at the turn of a shift; they are k6's. The others stay and listen; they
 * are the light client's (load/churn/), which tells k6 what became of each alarm, so that k6 does not measure itself.
 *
 * `npm run load -- presence-churn --sockets 5000 --alarms 10 --assert` runs it whole; `npm run load:churn` is small. Proves that churn
 * delays no alarm and how soon a change is on a watcher's screen: from the device's report to the frame, both in this program.
 * Proves nothing about many sites at once: each has an actor of its own.
 */

import { sleep } from "k6";
import exec from "k6/execution";
import http from "k6/http";
import { Counter, Rate, Trend } from "k6/metrics";
import type { Options } from "k6/options";
import { call } from "./call.ts";
import { holdWalkers } from "./churn-devices.ts";
import { churnSummary } from "./churn-summary.ts";
import { alarmEvery, alarmMs, churnAt, phaseAt, phaseStarts } from "./churn-turns.ts";
import { begin, heard, turn } from "./listeners.ts";
import {
  alarms,
  baseUrl,
  changesPerMinute,
  churnHolders,
  connectSeconds,
  judgesSpeed,
  sockets,
  walkers,
} from "./parameters.ts";
import { readTenant } from "./prepared.ts";
import type { Data } from "./summary.ts";

const walkersQuiet = new Trend("walkers_quiet_ms", true);
const walkersChurn = new Trend("walkers_churn_ms", true);
const quietP99 = new Trend("quiet_p99_ms", true);
const churnP99 = new Trend("churn_p99_ms", true);
const quietLast = new Trend("quiet_last_ms", true);
const churnLast = new Trend("churn_last_ms", true);
const ratio = new Trend("churn_ratio");
const serverQuiet = new Trend("server_quiet_ms", true);
const serverChurn = new Trend("server_churn_ms", true);
const changeCpu = new Trend("change_cpu_us");
const listenersLag = new Trend("listeners_lag_ms", true);
const k6Lag = new Trend("k6_lag_ms", true);
const others = new Trend("others_percent");
const toWatcher = new Trend("to_watcher_ms", true);
const toWatcherAlarm = new Trend("to_watcher_alarm_ms", true);
const answered = new Trend("report_answered_ms", true);
const frames = new Trend("frames_a_second");
const raiseQuiet = new Trend("raise_quiet_ms", true);
const raiseChurn = new Trend("raise_churn_ms", true);
const raised = new Counter("alarms_raised");
const received = new Counter("received");
const missed = new Counter("missed");
const duplicates = new Counter("duplicates");
const unexpected = new Counter("unexpected");
const lostSockets = new Counter("lost_sockets");
const devicesDone = new Counter("devices_done");
const changes = new Counter("presence_changes");
const unseen = new Counter("changes_unseen");
/** Alarms whose page says that every recipient had it: what the server itself knows. */
const complete = new Rate("alarms_complete");

const all = 2 * alarms;
/** From the start of the devices. */
const firstPhase = connectSeconds;
const holdSeconds = firstPhase + all * alarmEvery + 2;

/** Changes while an alarm goes out may wait for it: they are judged apart. ms after it was raised. */
const underAlarmMs = 1_000;

export const options: Options = {
  setupTimeout: "2m",
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
      vus: 1,
      iterations: 1,
      maxDuration: `${holdSeconds + 60}s`,
    },
  },
  thresholds: {
    alarms_raised: [`count==${all}`],
    received: [`count==${all * sockets}`],
    devices_done: [`count==${walkers}`],
    missed: ["count==0"],
    duplicates: ["count==0"],
    unexpected: ["count==0"],
    lost_sockets: ["count==0"],
    changes_unseen: ["count==0"],
    alarms_complete: ["rate==1"],
    presence_changes: [`count>=${Math.floor((changesPerMinute / 60) * churnSeconds() * 0.95)}`],
    // A tenth for the ends of a turn: so many frames in such a time, counted from the first.
    frames_a_second: ["max<=4.1"],
    ...(judgesSpeed
      ? {
          to_watcher_ms: ["p(99)<300"],
          to_watcher_alarm_ms: ["p(99)<1000"],
          churn_ratio: ["max<=1.25"],
        }
      : {}),
  },
};

function churnSeconds(): number {
  return (alarms * (churnAt.until - churnAt.from)) / 1_000;
}

interface Churn {
  readonly slug: string;
  readonly siteId: string;
  readonly adminToken: string;
}

/** Rules of staffing make the tenant look at who is there, as in an organisation that uses them. */
export function setup(): Churn {
  const { slug, adminToken, siteIds } = readTenant();
  const siteId = siteIds[0] ?? "";
  const { items } = call<{ items: { roleId: string }[] }>({ method: "GET", path: `/${slug}/roles`, token: adminToken });
  for (const { roleId } of items)
    call({
      method: "POST",
      path: `/${slug}/staffing-rules`,
      token: adminToken,
      body: { siteId, roleId, minimum: 2 },
    });
  return { slug, siteId, adminToken };
}

export function devices({ slug, siteId, adminToken }: Churn): void {
  const holder = exec.scenario.iterationInTest;
  const start = exec.scenario.startTime + firstPhase * 1000;
  const own = readTenant().walkerTokens.filter((_, i) => i % churnHolders === holder);
  let lost = 0;
  holdWalkers(
    {
      slug,
      siteId,
      // An administrator may watch, and is no device of the site.
      watcherToken: adminToken,
      tokens: own,
      changesPerSecond: changesPerMinute / 60 / churnHolders,
      startMs: start,
      untilMs: exec.scenario.startTime + holdSeconds * 1000,
    },
    {
      received: (ms, at) => {
        received.add(1);
        (phaseAt(start, at) === "quiet" ? walkersQuiet : walkersChurn).add(ms);
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
      answered: (ms) => answered.add(ms),
      shown: (ms, at) => {
        const sinceAlarm = ((at - start) % (alarmEvery * 1000)) - alarmMs;
        (sinceAlarm > -ms && sinceAlarm < underAlarmMs ? toWatcherAlarm : toWatcher).add(ms);
      },
      unseen: (count) => unseen.add(count),
      framesASecond: (count) => frames.add(count),
      lag: (ms) => k6Lag.add(ms),
    },
  );
}

/** To everybody, wherever they are: with the churn a site's own alarm would have other recipients each time. */
function raise({ slug, adminToken }: Churn, number: number, raisedAt: number) {
  const body = JSON.stringify({
    title: `Load test ${number}`,
    message: `Raised at ${raisedAt} ms.`,
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

export function alarm(churn: Churn): void {
  const start = exec.scenario.startTime + firstPhase * 1000;
  const until = (at: number): void => sleep(Math.max(0, (start + at - Date.now()) / 1000));
  const latest = { quiet: [] as number[], churn: [] as number[] };
  const server = { quiet: [] as number[], churn: [] as number[] };
  for (const [number, phase] of phaseStarts(all).entries()) {
    const isQuiet = phase.what === "quiet";
    until(phase.at);
    turn();
    until(phase.at + alarmMs);
    const alarmId = raiseAndHear(churn, number, isQuiet, latest[phase.what]);
    // Its end goes to everybody as well, and is no part of what is measured: after the last change was shown.
    until(phase.at + churnAt.until + 500);
    if (alarmId !== undefined) finish(churn, alarmId);
    until(phase.at + alarmEvery * 1_000);
    const ms = turn();
    (isQuiet ? serverQuiet : serverChurn).add(ms);
    server[phase.what].push(ms);
  }
  ratio.add(middle(latest.churn) / middle(latest.quiet));
  const changesATurn = (churnSeconds() / alarms) * (changesPerMinute / 60);
  changeCpu.add(((middle(server.churn) - middle(server.quiet)) * 1_000) / changesATurn);
}

const middle = (list: number[]): number => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)] ?? Number.NaN;

/** @returns the alarm's id, when the listeners were asked what became of it; undefined when it was not raised */
function raiseAndHear(churn: Churn, number: number, isQuiet: boolean, p99: number[]): string | undefined {
  begin();
  const raisedAt = Date.now();
  const answer = raise(churn, number, raisedAt);
  if (answer.status !== 202) {
    console.error(`alarm ${number} was answered ${answer.status} ${answer.error}: ${answer.body}`);
    return undefined;
  }
  raised.add(1);
  (isQuiet ? raiseQuiet : raiseChurn).add(answer.timings.duration);
  const { alarmId } = answer.json() as { alarmId: string };
  const told = heard(alarmId, raisedAt);
  received.add(sockets - walkers - told.missed);
  missed.add(told.missed);
  duplicates.add(told.duplicates);
  p99.push(told.p99Ms);
  (isQuiet ? quietP99 : churnP99).add(told.p99Ms);
  (isQuiet ? quietLast : churnLast).add(told.lastMs);
  listenersLag.add(told.lagMs);
  others.add(told.othersPercent);
  return alarmId;
}

/** Until the server itself knows that everybody has it, then it is over. */
function finish({ slug, adminToken }: Churn, alarmId: string): void {
  const path = `/${slug}/alarms/${alarmId}`;
  let known = false;
  for (let tries = 0; tries < 10 && !known; tries++) {
    if (tries > 0) sleep(0.2);
    const { counts } = call<{ counts: { received: number } }>({ method: "GET", path, token: adminToken });
    known = counts.received >= sockets;
  }
  complete.add(known);
  call({ method: "POST", path: `${path}/stand-down`, token: adminToken, body: { reason: "over" } });
}

export function handleSummary(data: Data): Record<string, string> {
  const summary = { stdout: churnSummary(data) };
  return __ENV.SUMMARY_JSON ? { ...summary, [__ENV.SUMMARY_JSON]: JSON.stringify(data, null, 2) } : summary;
}
