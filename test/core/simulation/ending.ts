import type { Recipient } from "../../../protocol/alarms.ts";
import { promise } from "./broken.ts";
import type { CourseLedger } from "./course-ledger.ts";
import type { Driver } from "./driver.ts";
import type { Providers } from "./providers.ts";
import { arrived } from "./record-sink.ts";

/** Longest an alarm is left to end by itself, ms; others are stood down by hand. Nobody waits in two worlds of three. */
const patienceOf = (world: number): number => (world % 3 === 0 ? 5 * 60_000 : 0);

/** Stand-downs have gone everywhere, and been tried again where a provider was busy, within this, ms. */
const lastWordsMs = 40_000;

/** A killed process is up again, and has done what was due, within this, ms. */
const upMs = 5_000;

/** Half a minute to receive it, and somewhat more. */
const unhurriedMs = 45_000;
/** As long again for lines that were cut to be tried anew. */
const explainedMs = 110_000;

/** What is called gets to whoever is connected within this, ms, when nothing is killed or cut. */
const deliveredMs = 10_000;

const minute = 60_000;

/** Lets the history come to rest, then asks of everything that happened what it came to. */
export const endOf = async (driver: Driver, outside: Providers): Promise<void> => {
  const { machine } = driver.world;
  const { auditor } = driver;
  driver.mend();
  const cut = driver.disturbances.some(({ at }) => at > driver.now - minute);
  await machine.advance(cut ? explainedMs + minute : minute);
  auditor.read();
  for (const course of auditor.courses.values()) await explained(driver, course, cut ? explainedMs : unhurriedMs);
  // What is left are timers; devices that stay would only say every minute that they are there.
  for (const device of driver.world.devices) await device.disconnect();
  const patienceMs = patienceOf(driver.world.seed);
  for (const course of auditor.open) {
    const endAt = course.openedAt + course.forgotten.endMinutes * minute;
    if (endAt - driver.now > patienceMs) await driver.standDown(course.alarmId);
  }
  await machine.advance(patienceMs + lastWordsMs);
  // Statistics are written at each quarter of an hour: they are no alarm's, and have gone a moment later.
  if (driver.now % (15 * minute) < upMs) await machine.advance(upMs);
  auditor.read();
  promise(auditor.open.length === 0, "I11 a forgotten alarm ends by itself", () =>
    auditor.open.map(({ alarmId, openedAt, forgotten }) => ({ alarmId, openedAt, forgotten, now: driver.now })),
  );
  const [failure] = machine.failures;
  if (failure !== undefined) throw failure;
  for (const course of auditor.courses.values()) await settled(driver, course);
  accepted(driver);
  atRest(driver);
  recorded(driver);
  frames(driver);
  told(driver);
  messages(driver, outside);
};

const recipientsOf = async (driver: Driver, alarmId: string): Promise<Recipient[]> => {
  const outcome = await driver.client.perform<{ items: Recipient[] }>("listRecipients", {
    params: { alarmId },
    query: { limit: 200 },
  });
  if (!outcome.ok) throw new Error(`the recipients of ${alarmId} are not there`);
  return outcome.value.items;
};

/** I2, and what a board shows is what the record says (I4). */
const explained = async (driver: Driver, course: CourseLedger, withinMs: number): Promise<void> => {
  const shown = await recipientsOf(driver, course.alarmId);
  promise(
    shown.length === course.recipients.length && shown.every(({ userId }, i) => userId === course.recipients[i]),
    "I3 those who are shown are those who were called",
    () => ({ shown: shown.map(({ userId }) => userId), called: course.recipients }),
  );
  const filling = course.filling(driver.town);
  for (const one of shown) {
    const { userId, state, reason } = one;
    const calledAt = course.calls.find(({ userIds }) => userIds.includes(userId))?.at ?? 0;
    const early = driver.now - calledAt < withinMs;
    promise(
      early ||
        state === "answered" ||
        state === "seen" ||
        state === "received" ||
        (state === "notReached" && reason !== undefined),
      "I2 everybody ends explained",
      () => ({ one, calledAt, now: driver.now }),
    );
    const answer = course.answers.get(userId);
    promise(one.response === answer?.response, "I4 the newest answer holds", () => ({ one, answer }));
    const standsBy =
      course.requirement.length > 0 &&
      answer !== undefined &&
      answer.response !== "notComing" &&
      !filling.has(userId) &&
      course.filled(driver.town);
    promise((one.standBy === true) === standsBy, "whoever is not needed is told to stand by", () => ({
      one,
      standsBy,
    }));
    const fills = one.fillsRoleId !== undefined;
    promise(fills === filling.has(userId), "I4 who came first fills the need", () => ({ one, filling: [...filling] }));
  }
};

/** Everything that was due came (I11), and in the end state nobody is lost (I2). */
const settled = async (driver: Driver, course: CourseLedger): Promise<void> => {
  for (const { userId, state, reason } of await recipientsOf(driver, course.alarmId))
    promise(
      ["answered", "seen", "received"].includes(state) || reason !== undefined,
      "I2 everybody ends explained, after the end too",
      () => ({ userId, state, reason }),
    );
  const last = course.spans.at(-1);
  if (last?.to === undefined) return;
  const openMs = last.to - last.from;
  for (const [i, { when, afterSeconds }] of course.escalation.entries()) {
    if (when.type !== "always" || course.skipped.has(i)) continue;
    const due = last.from + afterSeconds * 1_000;
    promise(course.fired.has(i) || openMs < afterSeconds * 1_000 + upMs, "I11 every step that was due fired", () => ({
      step: i,
      due,
      openedAt: last.from,
      endedAt: last.to,
      fired: [...course.fired],
    }));
    const at = course.fired.get(i)?.at;
    const late = at !== undefined && course.spans.length === 1 && at - due > upMs;
    promise(!late, "I11 a step fires in time, whatever was killed", () => ({ step: i, due, at }));
  }
  const remindMs = course.forgotten.remindMinutes * minute;
  const endMs = course.forgotten.endMinutes * minute;
  let owed = 0;
  while (owed < 3 && (owed + 1) * remindMs < endMs && (owed + 1) * remindMs + upMs < openMs) owed += 1;
  promise(course.reminders >= owed, "I11 every reminder that was due came", () => ({
    reminders: course.reminders,
    owed,
    openMs,
    forgotten: course.forgotten,
  }));
  promise(openMs <= endMs + upMs, "I11 a forgotten alarm ends in time", () => ({ openMs, endMs }));
};

/** I1 and I5: what somebody was told is so. */
const accepted = (driver: Driver): void => {
  const { courses } = driver.auditor;
  for (const { alarmId } of driver.asked) promise(courses.has(alarmId), "I1 what was accepted is there", () => alarmId);
  const raised = new Set(driver.asked.filter(({ merged }) => !merged).map(({ alarmId }) => alarmId));
  promise(
    [...courses.keys()].every((alarmId) => raised.has(alarmId)),
    "I5 one alarm for each that was asked for",
    () => ({ raised: [...raised], there: [...courses.keys()] }),
  );
  const rows = driver.world.machine
    .disk(driver.world.tenant)
    .rows<{ body: string }>("SELECT body FROM log WHERE type = 'alarm.answered'")
    .map(({ body }) => JSON.parse(body) as { alarmId: string; userId: string; response: string });
  for (const answer of driver.accepted)
    promise(
      rows.some(
        (row) => row.alarmId === answer.alarmId && row.userId === answer.userId && row.response === answer.response,
      ),
      "I1 an accepted answer is on record",
      () => answer,
    );
};

/** I11: nothing of an alarm ticks any more, and nothing waits to be sent. */
const atRest = (driver: Driver): void => {
  for (const [name, disk] of driver.world.machine.disks) {
    const timers = disk.rows<{
      name: string;
    }>(`SELECT name FROM timers WHERE name IN ('sites', 'tell', 'sends:run', 'kernel.history')
        OR name LIKE 'course:%' OR name LIKE 'repeats:%' OR name LIKE 'resend:%'`);
    promise(timers.length === 0, "I11 no timer is left behind", () => ({ name, timers, now: driver.now }));
    const waiting = disk.rows("SELECT topic, entity, attempts FROM outbox");
    promise(waiting.length === 0, "I8 nothing is left in an outbox", () => ({ name, waiting }));
  }
  const sends = driver.world.machine
    .disk(driver.world.tenant)
    .rows("SELECT * FROM sends WHERE state IN ('waiting', 'sending')");
  promise(sends.length === 0, "I2 every send ends in a state that says what became of it", () => sends);
};

/** I8: the history has each event of each log at least once, those of one thing in their order. */
const recorded = (driver: Driver): void => {
  const order = new Map(arrived.map(({ eventId }, i) => [eventId, i] as const));
  const first = new Map<string, number>();
  arrived.forEach(({ eventId }, i) => {
    if (!first.has(eventId)) first.set(eventId, i);
  });
  for (const [name, disk] of driver.world.machine.disks) {
    const newest = new Map<string, number>();
    for (const { eventId, entity, type } of disk.rows<{ eventId: string; entity: string; type: string }>(
      "SELECT event_id AS eventId, entity, type FROM log WHERE at >= ? ORDER BY seq",
      driver.began,
    )) {
      const at = first.get(eventId);
      promise(at !== undefined && order.has(eventId), "I8 the history has it", () => ({ name, eventId, type }));
      promise((at ?? 0) > (newest.get(entity) ?? -1), "I8 in the order in which it happened", () => ({ name, type }));
      newest.set(entity, at ?? 0);
    }
  }
};

/** What devices got (I3, I9), and that no alarm sounds after its end. */
const frames = (driver: Driver): void => {
  for (const device of driver.world.devices) {
    const ended = new Map<string, number>();
    for (const { frame } of device.frames) {
      if (frame.type === "standDown") ended.set(frame.alarmId, Math.max(frame.seq, ended.get(frame.alarmId) ?? 0));
      if (frame.type !== "alarm" && frame.type !== "standDown") continue;
      const course = driver.auditor.courses.get(frame.alarmId);
      promise(
        course?.recipients.includes(device.userId) === true,
        "I3 only recipients get it, and only what was raised",
        () => ({ userId: device.userId, frame }),
      );
      if (frame.type !== "alarm") continue;
      promise(frame.kind === course?.kind, "I9 a device is told what is not real", () => frame);
      promise(frame.seq > (ended.get(frame.alarmId) ?? 0), "no alarm sounds after its end", () => ({
        frame,
        ended: ended.get(frame.alarmId),
      }));
    }
  }
};

/** Whoever could be told was told: at the first call and at each later one (I2, I3). */
const told = (driver: Driver): void => {
  for (const course of driver.auditor.courses.values())
    for (const { seq, at, userIds } of course.calls) {
      const until = at + deliveredMs;
      if (!course.spans.some(({ from, to }) => from <= at && (to === undefined || to > until))) continue;
      // Of a line that is cut only those hear nothing who are behind it.
      const disturbed = driver.disturbances.filter(({ at: when }) => when > at - deliveredMs && when < until);
      for (const device of driver.world.devices) {
        const behind = [undefined, driver.world.tenant, device.place];
        if (disturbed.some(({ object }) => behind.includes(object))) continue;
        const open = device.spans.some(({ from, to }) => from < at && (to === undefined || to > until));
        if (!open || !userIds.includes(device.userId)) continue;
        const got = device.frames.some(
          ({ at: when, frame }) =>
            frame.type === "alarm" && frame.alarmId === course.alarmId && frame.seq >= seq && when <= until,
        );
        promise(got, "whoever can be told is told, at each call", () => ({ seq, at, userId: device.userId }));
      }
    }
};

const marks = {
  exercise: { nl: "OEFENING", en: "EXERCISE" },
  test: { nl: "TEST", en: "TEST" },
} as const;

/** What left by the channels: marked (I9), to nobody outside but for what is real, and no call after the end. */
const messages = (driver: Driver, outside: Providers): void => {
  const { auditor } = driver;
  for (const { at, message } of outside.said) {
    const course = auditor.courses.get(message.topic);
    if (course === undefined) continue;
    const { kind } = course;
    if (kind !== "actual")
      promise(
        message.title.startsWith(marks[kind][message.locale]),
        "I9 every wording says what is not real",
        () => message,
      );
    const { to } = message;
    const contact =
      (to.type === "phone" && to.number.startsWith("+3120555000")) ||
      (to.type === "email" && to.address.startsWith("neighbour"));
    promise(!contact || kind === "actual", "I9 nobody outside hears of what is not real", () => message);
    const open = course.spans.some(({ from, to: until }) => from <= at && (until === undefined || at <= until));
    const calls = message.purpose === "alarm" || message.purpose === "reAlarm";
    promise(!calls || open, "nobody is called for an alarm that has ended", () => ({
      at,
      message,
      spans: course.spans,
    }));
  }
};
