import type { ReportFacts } from "../../history/report-facts.ts";
import type { Recipient } from "../../protocol/alarms.ts";
import { toTime } from "../../protocol/ids.ts";
import { percentiles } from "../../protocol/percentiles.ts";
import type { ChannelCounts, ChannelFailure, GivenAnswer, Report } from "../../protocol/reports.ts";
import { Channel, type ChannelState } from "../../protocol/terms.ts";
import { EventFields, timelineOf } from "./timeline.ts";
import { wordsOf } from "./words/of.ts";

const answersOf = ({ record, names }: ReportFacts, raisedAt: number): GivenAnswer[] =>
  record.events.flatMap((event) => {
    if (event.type !== "alarm.answered") return [];
    const { userId, response, etaMinutes, text } = EventFields.parse(event);
    if (userId === undefined || response === undefined) return [];
    return [
      {
        at: event.at,
        afterMs: Date.parse(event.at) - raisedAt,
        userId,
        name: names.get(userId) ?? userId,
        response,
        ...(etaMinutes === undefined ? {} : { etaMinutes }),
        ...(text === undefined ? {} : { text }),
      },
    ];
  });

const timesAfter = (
  recipients: readonly Recipient[],
  field: "receivedAt" | "respondedAt",
  raisedAt: number,
): number[] =>
  recipients
    .flatMap((one) => (one[field] === undefined ? [] : [Math.max(0, Date.parse(one[field]) - raisedAt)]))
    .sort((a, b) => a - b);

/** People by the state that their last try of a channel came to. */
const countChannels = ({ record, tries }: ReportFacts): ChannelCounts[] => {
  const { sent, received } = record.counts;
  const socket = { channel: "socket" as const, sent, delivered: received, failed: 0, skipped: 0 };
  const rows = Channel.options.map((channel) => {
    const states = [...tries.values()].flatMap(
      (own) => own.findLast((one) => one.channel === channel)?.state ?? ([] as ChannelState[]),
    );
    const count = (...wanted: ChannelState[]) => states.filter((state) => wanted.includes(state)).length;
    return {
      channel,
      sent: count("sent", "delivered"),
      delivered: count("delivered"),
      failed: count("failed"),
      skipped: count("skipped"),
      used: states.length > 0,
    };
  });
  return [socket, ...rows.flatMap(({ used, ...row }) => (used ? [row] : []))];
};

const channelFailures = ({ tries, names }: ReportFacts): ChannelFailure[] =>
  [...tries].flatMap(([recipientId, own]) =>
    own
      .filter(({ state }) => state === "failed" || state === "skipped")
      .map((one) => ({ recipientId, name: names.get(recipientId) ?? recipientId, ...one })),
  );

/**
 * The after-action report of one alarm: what its record says, put together for the people who evaluate it. Pure.
 *
 * @param now when it is made, ms since 1970
 */
export const reportOf = (facts: ReportFacts, locale: "nl" | "en", now: number): Report => {
  const { record, organisation, names, firsts, incident } = facts;
  const { recipients, events: _, ...alarm } = record;
  const words = wordsOf(locale);
  const raisedAt = Date.parse(alarm.raisedAt);
  const after = (at: number | null): number | null => (at === null ? null : Math.max(0, at - raisedAt));
  const received = timesAfter(recipients, "receivedAt", raisedAt);
  const fired = alarm.escalation?.filter((step) => step.state === "fired") ?? [];
  const coming = new Map(alarm.fill?.roles.map((role) => [role.roleId, role.coming]));
  return {
    madeAt: toTime(now),
    organisation: { name: organisation.name, timeZone: organisation.timeZone },
    locale,
    alarm,
    ...(alarm.kind === "actual" ? {} : { notice: words.notice[alarm.kind] }),
    ...(incident === undefined
      ? {}
      : {
          incident: {
            incidentId: incident.incidentId,
            title: incident.title,
            notes: incident.notes.map(({ at, byId, text }) => ({
              at: toTime(at),
              name: names.get(byId) ?? byId,
              text,
            })),
          },
        }),
    requirement: (alarm.requirement ?? []).map(({ roleId, count }) => ({
      roleId,
      role: names.get(roleId) ?? roleId,
      count,
      coming: coming.get(roleId) ?? 0,
    })),
    timings: {
      firstReceivedMs: received[0] ?? null,
      firstAnswerMs: after(firsts.answeredAt),
      firstComingMs: after(firsts.comingAt),
      filledMs: after(firsts.filledAt),
      firstOnSceneMs: after(firsts.onSceneAt),
      endedMs: alarm.endedAt === undefined ? null : after(Date.parse(alarm.endedAt)),
      received: percentiles(received),
      answered: percentiles(timesAfter(recipients, "respondedAt", raisedAt)),
    },
    timeline: timelineOf(facts, words),
    answers: answersOf(facts, raisedAt),
    channels: countChannels(facts),
    failed: {
      notReached: recipients.flatMap(({ userId, name, state, reason }) =>
        state === "notReached" ? [{ userId, name, ...(reason === undefined ? {} : { reason }) }] : [],
      ),
      channels: channelFailures(facts),
      steps: fired.map(({ step, name, cause, people, firedAt, dueAt }) => ({
        step,
        name,
        cause: cause ?? "time",
        people: people ?? 0,
        at: firedAt ?? dueAt,
      })),
    },
    recipients,
  };
};
