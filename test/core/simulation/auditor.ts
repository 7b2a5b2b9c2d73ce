import type { ProgressPiece } from "../../../actors/tenant/alarm/alarm-store.ts";
import type { RecordBody, RecordType } from "../../../protocol/records.ts";
import type { Targets } from "../../../protocol/targets.ts";
import { Broken, promise, same } from "./broken.ts";
import { ChannelAudit } from "./channel-audit.ts";
import { CourseLedger, type Known } from "./course-ledger.ts";
import type { Machine } from "./machine.ts";
import { needed, type Town } from "./town.ts";
import { wantedBy } from "./wanted.ts";

interface Row {
  seq: number;
  type: RecordType;
  entity: string;
  at: number;
  byType: string;
  body: string;
}

/** Reads the tenant's log as it grows and holds each row against what may happen at that moment. */
export class Auditor {
  readonly courses = new Map<string, CourseLedger>();
  /** Targets by scenario, and by integration, as they were asked for. */
  readonly targets = new Map<string, Targets>();
  /** Who must not hear a duress alarm of an integration: the bearer of its button. */
  readonly bearers = new Map<string, string>();
  #machine: Machine;
  #tenant: string;
  #town: Town;
  #read = 0;
  /** The last row's, per alarm: who was called by the step that is being recorded. */
  #called = new Map<string, { step: number | undefined; userIds: string[] }>();
  /** What was known before the call whose rows are being read, of alarms that it brought news of. */
  #before = new Map<CourseLedger, Known>();
  #lastSeq = 0;
  #channels: ChannelAudit;

  constructor(machine: Machine, tenant: string, town: Town) {
    this.#machine = machine;
    this.#tenant = tenant;
    this.#town = town;
    this.#channels = new ChannelAudit(machine, tenant, town);
    this.#read = this.#rows().at(-1)?.seq ?? 0;
    machine.onCall = (name, method, args) => {
      if (name !== tenant) return;
      if (method === "progress") this.#learn(args[0] as { alarmId: string; piece: ProgressPiece }[]);
      this.read();
      this.#before.clear();
    };
  }

  get open(): CourseLedger[] {
    return [...this.courses.values()].filter(({ open }) => open);
  }

  #rows(): Row[] {
    return this.#machine
      .disk(this.#tenant)
      .rows<Row>(
        "SELECT seq, type, entity, at, by_type AS byType, body FROM log WHERE seq > ? ORDER BY seq",
        this.#read,
      );
  }

  /** What the tenant was told of devices: known from this call on. */
  #learn(pieces: readonly { alarmId: string; piece: ProgressPiece }[]): void {
    for (const { alarmId, piece } of pieces) {
      const course = this.courses.get(alarmId);
      if (course === undefined) continue;
      if (!this.#before.has(course)) {
        const { received, seen, unreached } = course;
        this.#before.set(course, {
          received: new Set(received),
          seen: new Set(seen),
          unreached: new Set(unreached),
        });
      }
      for (const [userId, , what] of piece.receipts ?? [])
        (what === "seen" ? course.seen : course.received).add(userId);
      for (const [userId] of piece.notReached ?? []) course.unreached.add(userId);
    }
  }

  /** Takes every row that is new. */
  read(): void {
    for (const row of this.#rows()) {
      promise(row.seq > this.#read, "I8 the log only grows", () => row);
      this.#read = row.seq;
      this.#take(row, JSON.parse(row.body));
    }
  }

  #course(row: Row): CourseLedger {
    const course = this.courses.get(row.entity);
    if (course === undefined) throw new Broken(`I3 nothing happens to an alarm that was never raised: ${row.type}`);
    return course;
  }

  #take(row: Row, body: unknown): void {
    switch (row.type) {
      case "alarm.raised":
        this.#raised(row, body as RecordBody<"alarm.raised">);
        return;
      case "alarm.widened": {
        const { step, recipients } = body as RecordBody<"alarm.widened">;
        this.#called.set(row.entity, { step, userIds: recipients.flatMap(({ userIds }) => userIds) });
        return;
      }
      case "alarm.stepFired":
        this.#stepFired(row, body as RecordBody<"alarm.stepFired">);
        return;
      case "alarm.answered":
        this.#answered(row, body as RecordBody<"alarm.answered">);
        return;
      case "alarm.fill": {
        const course = this.#course(row);
        const { filled, roles } = body as RecordBody<"alarm.fill">;
        const coming = roles.reduce((sum, role) => sum + role.coming, 0);
        const seated = course.filling(this.#town).size;
        promise(
          coming === seated && filled === (seated === needed(course.requirement)),
          "I4 the fill is the largest that those who come can make",
          () => ({ filled, roles, seated }),
        );
        return;
      }
      case "alarm.reAlarmed": {
        const course = this.#course(row);
        const { seq, times, who } = body as RecordBody<"alarm.reAlarmed">;
        promise(course.open, "nobody is called for an alarm that has ended", () => row);
        promise(times === course.reAlarms + 1, "each call again has its own number", () => ({ times }));
        course.reAlarms = times;
        this.#number(seq);
        course.seq = seq;
        course.callAgain(row.at, seq, who as "all" | "unanswered" | "unreceived");
        return;
      }
      case "alarm.stoodDown": {
        const course = this.#course(row);
        promise(course.open, "I11 an alarm ends once", () => row);
        const byItself = row.byType === "system";
        const due = course.openedAt + course.forgotten.endMinutes * 60_000;
        promise(!byItself || row.at >= due, "I11 nothing ends before its time", () => ({ at: row.at, due }));
        course.endedAt = row.at;
        const span = course.spans.at(-1);
        if (span !== undefined) span.to = row.at;
        this.#number((body as RecordBody<"alarm.stoodDown">).seq);
        return;
      }
      case "alarm.reopened": {
        const course = this.#course(row);
        const within = course.endedAt !== undefined && row.at - course.endedAt <= 10 * 60_000;
        promise(within, "an alarm is opened again within ten minutes of its end", () => row);
        course.endedAt = undefined;
        course.openedAt = row.at;
        course.reminders = 0;
        course.reopened += 1;
        course.spans.push({ from: row.at, to: undefined });
        const { seq } = body as RecordBody<"alarm.reopened">;
        this.#number(seq);
        course.seq = seq;
        course.callAgain(row.at, seq, "all");
        return;
      }
      case "alarm.reminded": {
        const course = this.#course(row);
        course.reminders += 1;
        const due = course.openedAt + course.reminders * course.forgotten.remindMinutes * 60_000;
        promise(
          course.open && course.reminders <= 3 && row.at >= due,
          "I11 each reminder comes once, in its time, three at most",
          () => ({ at: row.at, due, n: course.reminders }),
        );
        return;
      }
      case "alarm.channels": {
        const course = this.#course(row);
        this.#channels.take(course, row, body as RecordBody<"alarm.channels">, this.#before.get(course));
        return;
      }
    }
  }

  /** Numbers of alarms, calls and ends: each larger than all before, so that everybody sees one order (I4). */
  #number(seq: number): void {
    promise(seq > this.#lastSeq, "I4 numbers only grow", () => ({ seq, before: this.#lastSeq }));
    this.#lastSeq = seq;
  }

  #raised(row: Row, body: RecordBody<"alarm.raised">): void {
    promise(!this.courses.has(body.alarmId), "I5 an alarm is raised once", () => row);
    const targets = this.targets.get(body.raisedBy.id) ?? this.targets.get(body.scenarioId ?? "");
    if (targets === undefined) throw new Broken(`I3 nobody asked for this alarm: ${row.body}`);
    const raiser = this.bearers.get(body.raisedBy.id) ?? body.raisedBy.id;
    const course = new CourseLedger({
      alarmId: body.alarmId,
      kind: body.kind,
      raisedAt: body.raisedAt,
      seq: body.seq,
      targets,
      conditions: body.conditions,
      requirement: body.requirement,
      whenFilled: body.whenFilled ?? "stop",
      escalation: body.escalation ?? [],
      ladder: body.ladder ?? [],
      forgotten: body.forgotten ?? { remindMinutes: 60, endMinutes: 720 },
      raiserId: body.raisedBy.id,
      except: body.duress === true ? raiser : undefined,
    });
    this.courses.set(body.alarmId, course);
    this.#number(body.seq);
    const expected = this.#town.called(targets, body.conditions, {
      requirement: body.requirement,
      except: course.except,
      now: this.#machine.clock.now,
    });
    const recipients = body.recipients.flatMap(({ userIds }) => userIds);
    promise(same(recipients, expected.recipients), "I3 exactly those it is for", () => ({
      targets,
      conditions: body.conditions,
      recipients,
      expected: [...expected.recipients],
    }));
    course.call(recipients, body.raisedAt);
    course.guests = expected.guests;
  }

  #stepFired(row: Row, { step, cause, people }: RecordBody<"alarm.stepFired">): void {
    const course = this.#course(row);
    promise(course.open, "nobody is called for an alarm that has ended", () => row);
    promise(!course.fired.has(step), "I11 a step fires once", () => row);
    const definition = course.escalation[step];
    if (definition === undefined) throw new Broken(`a step that nobody asked for: ${row.body}`);
    const due = course.openedAt + definition.afterSeconds * 1_000;
    if (cause !== "hand") {
      promise(!course.skipped.has(step), "a step that was passed over does not fire by itself", () => row);
      promise(row.at >= due, "I11 no step fires before its time", () => ({ step, due, at: row.at }));
      promise(this.#holds(course, definition.when), "a step fires when its condition holds", () => row);
    }
    const called = this.#called.get(course.alarmId);
    this.#called.delete(course.alarmId);
    const userIds = called?.step === step ? called.userIds : [];
    const wanted = wantedBy(course, step, this.#town, this.#machine.clock.now);
    const fresh = [...wanted].filter((userId) => !course.recipients.includes(userId));
    promise(same(userIds, fresh), "I3 a step calls exactly those it is for", () => ({
      action: definition.action,
      targets: course.targets,
      userIds,
      fresh,
    }));
    if (definition.action.type === "contacts")
      promise(
        people === (course.kind === "actual" ? definition.action.contactIds.length : 0),
        "I9 nobody outside is called for what is not real",
        () => row,
      );
    course.call(userIds, row.at);
    course.fired.set(step, { at: row.at, cause });
    if (cause === "hand") for (let i = 0; i < step; i++) if (!course.fired.has(i)) course.skipped.add(i);
  }

  /** With what was known before this call, or after it: rows within one call do not say which. */
  #holds(course: CourseLedger, when: Parameters<CourseLedger["holds"]>[0]): boolean {
    if (course.holds(when, this.#town)) return true;
    const before = this.#before.get(course);
    if (before === undefined) return false;
    const { received, seen, unreached } = course;
    Object.assign(course, before);
    const held = course.holds(when, this.#town);
    Object.assign(course, { received, seen, unreached });
    return held;
  }

  #answered(row: Row, { userId, response, version }: RecordBody<"alarm.answered">): void {
    const course = this.#course(row);
    promise(course.recipients.includes(userId), "I3 only recipients answer", () => row);
    promise(course.open, "I4 after the end no answer is taken", () => row);
    promise(version > course.lastVersion, "I4 answers have one order", () => ({ version, before: course.lastVersion }));
    course.lastVersion = version;
    const known = course.answers.get(userId);
    const stays = known !== undefined && known.response !== "notComing" && response !== "notComing";
    course.answers.set(userId, { response, version, since: stays ? known.since : version });
  }
}
