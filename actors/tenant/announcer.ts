import { limits } from "../../protocol/limits.ts";
import type { Environment } from "../kernel/environment.ts";
import { siteStub } from "../kernel/stubs.ts";
import { nameOf } from "../kernel/timers.ts";
import { Turns } from "../kernel/turns.ts";
import { fillOfAlarm } from "./alarm/filling.ts";
import { countsOf } from "./alarm/progress.ts";
import type { BoardPush, Boards } from "./boards.ts";
import type { Desk } from "./desk.ts";

/** Up to this many recipients, every change of the counts is told to their devices; beyond it only answers are. */
const smallAudience = 1_000;

/** Longest time between two updates to the devices of a very large alarm, ms. */
const slowest = 5_000;

/**
 * How long to gather changes before the recipients' devices are told: four a second at most (wire.md), and for large
 * alarms so rarely that telling counts never takes more than about a sixth of a core from delivering alarms.
 */
export const updateIntervalMs = (recipients: number): number =>
  Math.min(slowest, Math.max(limits.updateMs, recipients * 0.2));

interface Waiting {
  recipients: Set<number>;
  /** Devices of the recipients are owed the counts. */
  devices: boolean;
}

/**
 * Tells watchers and recipients what changed, gathered over time: once an alarm, not once a change (design §4). It carries
 * nothing that is not stored: if this object dies, watchers ask again and devices get the next update.
 */
export class Announcer {
  #env: Environment;
  #desk: Desk;
  #boards: Boards;
  #tenantId: string;
  #alarms = new Map<string, Set<number>>();
  #sites = new Map<string, Set<string>>();
  #rollCalls = new Map<string, Set<number>>();
  #staffing = false;
  #devices = new Map<string, ReturnType<typeof setTimeout>>();
  #told = new Map<string, number>();
  /** Boards of alarms and of roll-calls: four pushes a second at most. */
  #alarmTurns: Turns;
  /** Boards of who is there and of staffing: as often, and after alarms. */
  #peopleTurns: Turns;

  constructor(env: Environment, desk: Desk, boards: Boards, tenantId: string) {
    this.#env = env;
    this.#desk = desk;
    this.#boards = boards;
    this.#tenantId = tenantId;
    this.#alarmTurns = new Turns({
      restMs: limits.updateMs,
      owed: () => this.#alarms.size + this.#rollCalls.size > 0,
      take: () => this.#pushAlarms(),
      alarmGoesOut: () => false,
    });
    this.#peopleTurns = new Turns({
      restMs: limits.updateMs,
      owed: () => this.#staffing || this.#sites.size > 0,
      take: () => this.#pushPeople(),
      alarmGoesOut: () => desk.alarmGoesOut(),
    });
  }

  /** Takes over the changes of a committed operation. */
  afterCommit(): void {
    const { alarms, sites, rollCalls } = this.#desk.changes;
    for (const [alarmId, change] of alarms) {
      const known = this.#alarms.get(alarmId) ?? new Set<number>();
      for (const i of change.recipients) known.add(i);
      this.#alarms.set(alarmId, known);
      this.#oweDevices(alarmId, { recipients: change.recipients, devices: change.answered });
    }
    for (const [siteId, people] of sites) {
      const known = this.#sites.get(siteId);
      if (known === undefined) this.#sites.set(siteId, people);
      else for (const userId of people) known.add(userId);
    }
    for (const [rollCallId, lines] of rollCalls)
      this.#rollCalls.set(rollCallId, new Set([...(this.#rollCalls.get(rollCallId) ?? []), ...lines]));
    const { staffing } = this.#desk.changes;
    this.#staffing ||= staffing;
    if (alarms.size + rollCalls.size > 0) this.#alarmTurns.lookSoon();
    if (staffing || sites.size > 0) this.#peopleTurns.lookSoon();
    alarms.clear();
    sites.clear();
    rollCalls.clear();
    this.#desk.changes.staffing = false;
  }

  #pushAlarms(): void {
    const pushes = this.#boards.pushes({ alarms: this.#alarms, rollCalls: this.#rollCalls }, Date.now());
    this.#alarms.clear();
    this.#rollCalls.clear();
    this.#send(pushes);
  }

  #pushPeople(): void {
    const pushes = this.#boards.pushes({ sites: this.#sites, staffing: this.#staffing }, Date.now());
    this.#sites.clear();
    this.#staffing = false;
    this.#send(pushes);
  }

  #send(pushes: readonly BoardPush[]): void {
    for (const { place, board, ref, frame } of pushes)
      void siteStub(this.#env, this.#tenantId, place)
        .pushBoard(board, ref, frame)
        .catch((error: unknown) => lost("board", error));
  }

  #oweDevices(alarmId: string, change: Waiting): void {
    const opened = this.#desk.alarms.open(alarmId);
    if (opened === undefined || this.#devices.has(alarmId)) return;
    const audience = opened.progress.userIds.length;
    if (!change.devices && (audience > smallAudience || change.recipients.size === 0)) return;
    const wait = Math.max(0, (this.#told.get(alarmId) ?? 0) + updateIntervalMs(audience) - Date.now());
    const timer = setTimeout(() => {
      this.#devices.delete(alarmId);
      this.#tellDevices(alarmId);
    }, wait);
    this.#devices.set(alarmId, timer);
  }

  #tellDevices(alarmId: string): void {
    const opened = this.#desk.alarms.open(alarmId);
    if (opened === undefined) return;
    if (opened.progress.version === 0) return;
    if (opened.alarm.end === undefined) this.#told.set(alarmId, Date.now());
    else this.#told.delete(alarmId);
    const frame = JSON.stringify({
      type: "alarmUpdate",
      alarmId,
      version: opened.progress.version,
      counts: countsOf(opened.progress),
      fill: fillOfAlarm(this.#desk, opened, Date.now())?.fill,
    });
    for (const place of this.#desk.placesOf(opened))
      void siteStub(this.#env, this.#tenantId, place)
        .pushUpdate(alarmId, frame)
        .catch((error: unknown) => lost("update", error));
  }
}

const lost = (what: string, error: unknown) =>
  console.error(JSON.stringify({ event: `${what} not pushed`, error: nameOf(error) }));
