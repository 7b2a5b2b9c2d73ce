import type { RecordBody } from "../../../protocol/records.ts";
import { Broken, promise } from "./broken.ts";
import type { CourseLedger, Known } from "./course-ledger.ts";
import type { Machine } from "./machine.ts";
import type { Town } from "./town.ts";

/** Holds what is written down to be sent by channels against the ladder, the need and who is meant (I3, I9, I11). */
export class ChannelAudit {
  #machine: Machine;
  #tenant: string;
  #town: Town;

  constructor(machine: Machine, tenant: string, town: Town) {
    this.#machine = machine;
    this.#tenant = tenant;
    this.#town = town;
  }

  /** @param before what was known of devices before the call that wrote this row, when that call brought news */
  take(
    course: CourseLedger,
    row: { entity: string; at: number },
    { rows }: RecordBody<"alarm.channels">,
    before: Known | undefined,
  ): void {
    for (const [recipient, channel, state, , reason] of rows) {
      const contact = this.#town.contactIds.includes(recipient);
      if (contact) {
        const asked = course.escalation.some(
          ({ action }, i) =>
            action.type === "contacts" && action.contactIds.includes(recipient) && (course.fired.has(i) || course.open),
        );
        promise(asked, "I3 only contacts that a step names are told", () => row);
        promise(course.kind === "actual" || state === "skipped", "I9 nobody outside hears of it", () => row);
        continue;
      }
      if (this.#isNotice(course, recipient)) {
        const who = this.#town.citizen(recipient);
        const leads = who?.permission === "admin" || who?.permission === "coordinator" || recipient === course.raiserId;
        promise(leads, "I3 only who leads, or raised it, is reminded of an alarm", () => row);
        continue;
      }
      promise(course.recipients.includes(recipient), "I3 only recipients are reached by channels", () => row);
      // What becomes of a send that was written down before is the channels' own matter.
      const begins = (state === "waiting" || state === "skipped") && reason !== "standDown" && reason !== "notice";
      const climb = course.climbs.get(recipient);
      if (!begins || climb === undefined || this.#isLater(row, recipient, channel)) continue;
      promise(course.open, "nobody is called for an alarm that has ended", () => row);
      promise(!course.rests(this.#town), "no channel calls while enough are coming", () => row);
      // Rungs of this channel that may still be climbed: any of them, in its time and for who has not met its criterion.
      const highest = Math.max(-1, ...climb.used);
      const left = course.ladder.flatMap((one, i) => (one.channel === channel && i > highest ? [i] : []));
      const facts = () => ({ recipient, channel, at: row.at, used: [...climb.used], ladder: course.ladder });
      promise(left.length > 0, "nobody gets the same rung twice, nor an earlier one after a later", facts);
      const due = left.filter((i) => row.at >= course.rungDueAt(climb, i));
      promise(due.length > 0, "I11 no rung before its time", facts);
      const known = before?.received.has(recipient) === true || before?.seen.has(recipient) === true;
      const rung = due.find(
        (i) => !course.meets(recipient, course.ladder[i]?.criterion ?? "received") || (before !== undefined && !known),
      );
      if (rung === undefined)
        throw new Broken(`the ladder passes over who has met its criterion: ${JSON.stringify(facts())}`);
      climb.used.add(rung);
    }
  }

  /** Whether what was sent to somebody who is no recipient, or not yet, is a reminder. */
  #isNotice(course: CourseLedger, recipient: string): boolean {
    if (course.recipients.includes(recipient)) return false;
    const notices = this.#machine
      .disk(this.#tenant)
      .rows(
        "SELECT 1 FROM sends WHERE alarm_id = ? AND recipient = ? AND purpose = 'notice' LIMIT 1",
        course.alarmId,
        recipient,
      );
    return notices.length > 0;
  }

  /** A send that waits again after a failed try is no new one: rows of the same send are told apart by the table. */
  #isLater(row: { entity: string; at: number }, recipient: string, channel: string): boolean {
    const begun = this.#machine
      .disk(this.#tenant)
      .rows<{ n: number }>(
        "SELECT count(*) AS n FROM sends WHERE alarm_id = ? AND recipient = ? AND channel = ? AND created_at = ? AND purpose IN ('alarm', 'reAlarm')",
        row.entity,
        recipient,
        channel,
        row.at,
      );
    return (begun[0]?.n ?? 0) === 0;
  }
}
