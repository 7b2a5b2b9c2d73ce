import type { Escalation, Forgotten, Ladder, StepCondition } from "../../../protocol/course.ts";
import type { Conditions, Targets } from "../../../protocol/targets.ts";
import type { Kind, Requirement, Response } from "../../../protocol/terms.ts";
import { filledBy, needed, type Town } from "./town.ts";

/** What is known of devices. */
export interface Known {
  received: Set<string>;
  seen: Set<string>;
  unreached: Set<string>;
}

/** Where one recipient stands on the ladder since the last call. */
export interface Climb {
  startAt: number;
  /** Whether a receipt of before proves nothing any more: they were alarmed again. */
  again: boolean;
  /** Rungs that were used, each at most once. */
  used: Set<number>;
}

/**
 * What an observer of the record knows of one alarm, and what follows from it by the words of issue 4. It is filled from the log
 * row by row, and from nothing else of the tenant's.
 */
export class CourseLedger {
  readonly alarmId: string;
  readonly kind: Kind;
  readonly raisedAt: number;
  readonly targets: Targets;
  readonly conditions: Conditions | undefined;
  readonly requirement: Requirement;
  readonly whenFilled: "stop" | "collect";
  readonly escalation: Escalation;
  readonly ladder: Ladder;
  readonly forgotten: Forgotten;
  readonly raiserId: string;
  /** Never called: the raiser of a duress alarm. */
  readonly except: string | undefined;
  openedAt: number;
  endedAt: number | undefined;
  seq: number;
  recipients: string[] = [];
  guests = new Set<string>();
  fired = new Map<number, { at: number; cause: string }>();
  skipped = new Set<number>();
  answers = new Map<string, { response: Response; version: number; since: number }>();
  lastVersion = 0;
  received = new Set<string>();
  seen = new Set<string>();
  unreached = new Set<string>();
  climbs = new Map<string, Climb>();
  reminders = 0;
  reAlarms = 0;
  reopened = 0;
  /** Every call of somebody: the first, and each again. */
  calls: { seq: number; at: number; userIds: readonly string[] }[] = [];
  /** When it was open: for what has to be done within. */
  spans: { from: number; to: number | undefined }[] = [];

  constructor(facts: {
    alarmId: string;
    kind: Kind;
    raisedAt: number;
    seq: number;
    targets: Targets;
    conditions: Conditions | undefined;
    requirement: Requirement | undefined;
    whenFilled: "stop" | "collect";
    escalation: Escalation;
    ladder: Ladder;
    forgotten: Forgotten;
    raiserId: string;
    except: string | undefined;
  }) {
    this.alarmId = facts.alarmId;
    this.kind = facts.kind;
    this.raisedAt = facts.raisedAt;
    this.openedAt = facts.raisedAt;
    this.seq = facts.seq;
    this.targets = facts.targets;
    this.conditions = facts.conditions;
    this.requirement = facts.requirement ?? [];
    this.whenFilled = facts.whenFilled;
    this.escalation = facts.escalation;
    this.ladder = facts.ladder;
    this.forgotten = facts.forgotten;
    this.raiserId = facts.raiserId;
    this.except = facts.except;
    this.spans.push({ from: facts.raisedAt, to: undefined });
  }

  get open(): boolean {
    return this.endedAt === undefined;
  }

  call(userIds: readonly string[], at: number): void {
    this.calls.push({ seq: 0, at, userIds });
    for (const userId of userIds) {
      this.recipients.push(userId);
      this.climbs.set(userId, { startAt: at, again: false, used: new Set() });
    }
  }

  /** Everybody's ladder begins anew. */
  callAgain(at: number, seq: number, who: "all" | "unanswered" | "unreceived"): void {
    const userIds = this.recipients.filter(
      (userId) =>
        who === "all" ||
        (!this.answers.has(userId) && (who === "unanswered" || !(this.received.has(userId) || this.seen.has(userId)))),
    );
    this.calls.push({ seq, at, userIds });
    for (const userId of this.recipients) this.climbs.set(userId, { startAt: at, again: true, used: new Set() });
  }

  /** Those on their way, first come first. */
  #coming(): string[] {
    return [...this.answers]
      .filter(([, { response }]) => response !== "notComing")
      .sort(([, a], [, b]) => a.since - b.since)
      .map(([userId]) => userId);
  }

  /** Who meets the requirement right now. */
  filling(town: Town): Set<string> {
    return filledBy(
      this.requirement,
      this.#coming().map((userId) => ({ userId, roles: town.counting(userId, this.conditions) })),
    );
  }

  filled(town: Town): boolean {
    return this.filling(town).size === needed(this.requirement);
  }

  /** No more are to be called by other channels. */
  rests(town: Town): boolean {
    return this.requirement.length > 0 && this.whenFilled === "stop" && this.filled(town);
  }

  holds(when: StepCondition, town: Town): boolean {
    const { length } = this.recipients;
    const has = (userId: string) => this.answers.has(userId) || this.received.has(userId) || this.seen.has(userId);
    const without = (got: (userId: string) => boolean) => this.recipients.filter((userId) => !got(userId)).length;
    const needsMore = this.requirement.length > 0 && !this.filled(town);
    switch (when.type) {
      case "always":
        return true;
      case "unfilled":
        return needsMore;
      case "unfillable": {
        const possible = this.recipients.filter((userId) => {
          const answer = this.answers.get(userId);
          if (answer !== undefined) return answer.response !== "notComing";
          return has(userId) || !this.unreached.has(userId);
        });
        const seats = filledBy(
          this.requirement,
          possible.map((userId) => ({ userId, roles: town.counting(userId, this.conditions) })),
        );
        return needsMore && seats.size < needed(this.requirement);
      }
      case "noReceipt":
        return length === 0 || without(has) * 100 >= when.percent * length;
      case "noResponse":
        return length === 0 || without((userId) => this.answers.has(userId)) * 100 >= when.percent * length;
      case "roleMissing":
        return !this.#coming().some((userId) => town.citizen(userId)?.roleIds.includes(when.roleId) === true);
    }
  }

  /** When a rung of somebody's ladder is due. */
  rungDueAt(climb: Climb, rung: number): number {
    const seconds = this.ladder.slice(0, rung + 1).reduce((sum, { withinSeconds }) => sum + withinSeconds, 0);
    return climb.startAt + seconds * 1_000;
  }

  /** Whether somebody has done what a rung asks for. */
  meets(userId: string, criterion: Ladder[number]["criterion"]): boolean {
    if (this.answers.has(userId)) return true;
    if (criterion === "responded" || this.climbs.get(userId)?.again === true) return false;
    return this.seen.has(userId) || (criterion === "received" && this.received.has(userId));
  }
}
