import { stringify } from "csv-stringify/sync";
import type { Report } from "../../protocol/reports.ts";
import { wordsOf } from "./words/of.ts";

type Cell = string | number | undefined;

/**
 * RFC 4180 with a byte order mark, without which Excel takes UTF-8 for something else. What begins like a formula gets an
 * apostrophe before it: people's texts go in, and a spreadsheet would run them (OWASP, CSV injection).
 */
const csv = (head: readonly string[], rows: readonly (readonly Cell[])[]): string =>
  stringify([head, ...rows] as string[][], { bom: true, escape_formulas: true, record_delimiter: "\r\n" });

/** A table of the report. Times are UTC, as programs read them; each row says of what kind the alarm was. Pure. */
export const reportCsv = (report: Report, part: "timeline" | "recipients"): string => {
  const words = wordsOf(report.locale);
  const { label } = words;
  const kind = words.kind[report.alarm.kind];
  if (part === "timeline")
    return csv(
      [label.kind, label.time, label.type, label.who, label.what],
      report.timeline.map(({ at, type, by, text }) => [kind, at, type, by, text]),
    );
  return csv(
    [
      ...[
        label.kind,
        label.userId,
        label.name,
        label.state,
        label.reason,
        label.answer,
        `${label.eta} (min)`,
        label.text,
      ],
      ...[label.sentAt, label.receivedAt, label.seenAt, label.respondedAt, label.step, label.channel],
    ],
    report.recipients.map((one) => [
      ...[kind, one.userId, one.name, words.recipientState[one.state], one.reason && words.reason[one.reason]],
      ...[one.response && words.response[one.response], one.etaMinutes, one.text],
      ...[one.sentAt, one.receivedAt, one.seenAt, one.respondedAt, one.step === undefined ? undefined : one.step + 1],
      one.channels?.map(({ channel, state }) => `${channel}: ${state}`).join("; "),
    ]),
  );
};
