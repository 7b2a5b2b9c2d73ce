import { toTime } from "../../protocol/ids.ts";
import type { AlarmFrame, StandDownFrame } from "../../protocol/socket/server-frames.ts";
import type { Environment } from "../kernel/environment.ts";
import type { SiteMessage } from "../kernel/messages.ts";
import { siteStub } from "../kernel/stubs.ts";
import type { RaisedAlarm } from "./alarm/alarm.ts";
import { Carrier } from "./carrier.ts";
import type { Desk, SiteErrand } from "./desk.ts";
import { rollCallMessages } from "./roll-call/telling.ts";
import { quietOnes } from "./targeting/surroundings.ts";

export const alarmFrame = (alarm: RaisedAlarm): AlarmFrame => ({
  type: "alarm",
  seq: alarm.seq,
  alarmId: alarm.alarmId,
  kind: alarm.kind,
  urgency: alarm.urgency,
  silent: alarm.silent,
  title: alarm.title,
  ...(alarm.message === undefined ? {} : { message: alarm.message }),
  raisedAt: toTime(alarm.raisedAt),
  raisedBy: alarm.raisedBy,
  incidentId: alarm.incidentId,
  ...(alarm.severity === undefined ? {} : { severity: alarm.severity }),
  ...(alarm.category === undefined ? {} : { category: alarm.category }),
  ...(alarm.instructions === undefined ? {} : { instructions: alarm.instructions }),
  ...(alarm.attachments === undefined ? {} : { attachments: alarm.attachments }),
});

/** A later call of an alarm, as those who are called again get it. */
const againFrame = (alarm: RaisedAlarm, seq: number): AlarmFrame => ({
  ...alarmFrame(alarm),
  seq,
  ...(alarm.reAlarms === undefined ? {} : { reAlarm: alarm.reAlarms }),
  ...(alarm.reopened === undefined ? {} : { reopened: true }),
});

const standDownFrame = ({ alarmId, end }: RaisedAlarm): StandDownFrame | undefined =>
  end && {
    type: "standDown",
    seq: end.seq,
    alarmId,
    reason: end.reason,
    ...(end.text === undefined ? {} : { text: end.text }),
  };

/** Recipients around the raiser of a duress alarm, by position. */
const quietAround = (
  desk: Desk,
  { surroundings }: RaisedAlarm,
  recipients: readonly string[],
): { quiet?: number[] } => {
  if (surroundings === undefined) return {};
  const quiet = quietOnes(surroundings, recipients, (userId) => desk.whereabouts.all.get(userId));
  return { quiet: recipients.flatMap((userId, i) => (quiet.has(userId) ? [i] : [])) };
};

const toMessages = (desk: Desk, place: string, errand: SiteErrand): SiteMessage[] => {
  if (errand.kind === "again") {
    const called = desk.alarms.open(errand.alarmId);
    // An end since then has its own errand behind this one. A newer call has, too, but it may be for fewer people: this one's go
    // out all the same, or somebody who heard the stand-down would never hear that the alarm was opened again.
    if (called === undefined || called.alarm.end !== undefined) return [];
    const { only } = errand;
    return [{ kind: "again", frame: againFrame(called.alarm, errand.seq), ...(only === undefined ? {} : { only }) }];
  }
  if (errand.kind === "rollCall") return rollCallMessages(desk, place, errand);
  if (errand.kind !== "alarm") return [errand];
  const opened = desk.alarms.open(errand.alarmId);
  const recipients = errand.only ?? opened?.places.find((part) => part.place === place)?.userIds;
  if (opened === undefined || recipients === undefined) return [];
  const now = Date.now();
  const message: SiteMessage = {
    kind: "alarm",
    frame: alarmFrame(opened.alarm),
    raisedAt: opened.alarm.raisedAt,
    recipients,
    withoutDevice: recipients.flatMap((userId, i) => (desk.sessions.hasDevice(userId, now) ? [] : [i])),
    ...quietAround(desk, opened.alarm, recipients),
  };
  // Its stand-down may have overtaken an alarm that was parked: the site passed over it then, and must not open this for ever.
  const frame = standDownFrame(opened.alarm);
  return frame === undefined ? [message] : [message, { kind: "standDown", frame }];
};

/** An alarm that could not be handed to a site is tried again this often for ever, ms: people wait for it. */
const parkedRetryMs = 10_000;

/** Takes messages to the site actors. */
export const siteErrands = (env: Environment, desk: Desk, tenantId: string): Carrier<SiteErrand, SiteMessage> =>
  new Carrier({
    kernel: desk.kernel,
    tenantId,
    topic: "sites",
    parkedRetryMs,
    toMessages: (place, errand) => toMessages(desk, place, errand),
    // A new stub each time: one that threw may stay broken (platform.md A5).
    send: (place, messages) => siteStub(env, tenantId, place).receive(messages),
  });
