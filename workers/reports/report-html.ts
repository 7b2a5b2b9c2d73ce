import { html, raw } from "hono/html";
import type { Report } from "../../protocol/reports.ts";
import { reportStyle } from "./report-style.ts";
import { wordsOf } from "./words/of.ts";

type Part = ReturnType<typeof html> | string;
type Column = readonly [head: string, kind?: "number" | "time"];

/** Times as people of the organisation read them, to the second: its time zone, its language. */
const clock = (timeZone: string, locale: string): Intl.DateTimeFormat =>
  new Intl.DateTimeFormat(locale === "nl" ? "nl-NL" : "en-GB", { timeZone, dateStyle: "medium", timeStyle: "medium" });

/** 83400 -> "1:23.4". */
const duration = (ms: number): string => {
  const tenths = Math.round(ms / 100);
  const minutes = Math.floor(tenths / 600);
  return `${minutes}:${((tenths % 600) / 10).toFixed(1).padStart(4, "0")}`;
};

const table = (columns: readonly Column[], rows: readonly (readonly Part[])[], caption?: string): Part => html`
<table>
  ${caption === undefined ? "" : html`<caption>${caption}</caption>`}
  <thead><tr>${columns.map(([head, kind]) => html`<th scope="col" class="${kind ?? ""}">${head}</th>`)}</tr></thead>
  <tbody>
    ${rows.map((row) => html`<tr>${row.map((cell, i) => html`<td class="${columns[i]?.[1] ?? ""}">${cell}</td>`)}</tr>`)}
  </tbody>
</table>`;

const list = (pairs: readonly (readonly [string, Part | undefined])[]): Part => html`
<dl>${pairs.map(([term, value]) => (value === undefined ? "" : html`<dt>${term}</dt><dd>${value}</dd>`))}</dl>`;

/**
 * The report as one page for paper: no script, nothing from elsewhere. Everything that people wrote is escaped by hono's
 * `html`; only the style sheet is put in as it is.
 */
export const reportHtml = async (report: Report): Promise<string> => {
  const { alarm, timings, failed, notice } = report;
  const words = wordsOf(report.locale);
  const { label, heading } = words;
  const at = clock(report.organisation.timeZone, report.locale);
  const time = (value: string | undefined): string => (value === undefined ? "" : at.format(new Date(value)));
  const after = (ms: number | null): string => (ms === null ? words.never : duration(ms));
  const either = (rows: readonly unknown[], shown: Part): Part => (rows.length === 0 ? words.nothing : shown);
  const title = `${notice === undefined ? "" : `${words.kind[alarm.kind]} · `}${alarm.title}`;

  const head = list([
    [label.organisation, report.organisation.name],
    [label.kind, words.kind[alarm.kind]],
    [label.raisedAt, time(alarm.raisedAt)],
    [label.raisedBy, alarm.raisedBy.name],
    [label.urgency, `${words.urgency[alarm.urgency]}${alarm.silent ? `, ${words.silent}` : ""}`],
    [label.severity, alarm.severity && words.severity[alarm.severity]],
    [label.category, alarm.category],
    [label.message, alarm.message === undefined ? undefined : html`<span class="message">${alarm.message}</span>`],
    [label.incident, report.incident?.title],
    [label.state, words.state[alarm.state]],
    [label.endedAt, alarm.endedAt === undefined ? undefined : time(alarm.endedAt)],
    [
      label.endReason,
      alarm.endReason &&
        `${words.endReason[alarm.endReason]}${alarm.endText === undefined ? "" : `: ${alarm.endText}`}`,
    ],
    [
      label.counts,
      words.counts(
        alarm.counts.recipients,
        alarm.counts.received,
        alarm.counts.coming + alarm.counts.enRoute + alarm.counts.onScene,
      ),
    ],
    [label.alarm, alarm.alarmId],
    [label.madeAt, time(report.madeAt)],
  ]);

  const requirement = table(
    [[label.role], [label.needed, "number"], [label.coming, "number"]],
    report.requirement.map(({ role, count, coming }) => [role, String(count), String(coming)]),
  );
  const times = table(
    [[label.what], [label.after, "number"]],
    [
      [label.firstReceived, after(timings.firstReceivedMs)],
      [label.firstAnswer, after(timings.firstAnswerMs)],
      [label.firstComing, after(timings.firstComingMs)],
      ...(alarm.requirement === undefined ? [] : [[label.filled, after(timings.filledMs)]]),
      [label.firstOnScene, after(timings.firstOnSceneMs)],
      [label.ended, after(timings.endedMs)],
    ],
  );
  const spread = (name: string, { p50, p95, p99, max }: typeof timings.received) => [
    name,
    ...[p50, p95, p99, max].map(after),
  ];
  const percentiles = table(
    [[""], ["p50", "number"], ["p95", "number"], ["p99", "number"], ["max", "number"]],
    [spread(label.received, timings.received), spread(label.answered, timings.answered)],
  );
  const answers = table(
    [[label.time, "time"], [label.after, "number"], [label.name], [label.answer], [label.eta], [label.text]],
    report.answers.map((one) => [
      time(one.at),
      duration(one.afterMs),
      one.name,
      words.response[one.response],
      one.etaMinutes === undefined ? "" : words.minutes(one.etaMinutes),
      one.text ?? "",
    ]),
  );
  const channels = table(
    [
      [label.channel],
      [label.sent, "number"],
      [label.delivered, "number"],
      [label.failed, "number"],
      [label.skipped, "number"],
    ],
    report.channels.map((row) => [
      words.channel[row.channel],
      ...[row.sent, row.delivered, row.failed, row.skipped].map(String),
    ]),
  );
  const failures = [
    failed.notReached.length === 0
      ? ""
      : table(
          [[label.name], [label.reason]],
          failed.notReached.map(({ name, reason }) => [name, reason === undefined ? "" : words.reason[reason]]),
          label.notReached,
        ),
    failed.channels.length === 0
      ? ""
      : table(
          [[label.time, "time"], [label.name], [label.channel], [label.what], [label.reason]],
          failed.channels.map((one) => [
            time(one.at),
            one.name,
            words.channel[one.channel],
            one.state === "skipped" ? label.skipped : label.failed,
            one.reason ?? "",
          ]),
          label.failed,
        ),
    failed.steps.length === 0
      ? ""
      : table(
          [[label.time, "time"], [label.step], [label.cause], [label.people, "number"]],
          failed.steps.map(({ at: when, step, name, cause, people }) => [
            time(when),
            `${step + 1} ${name}`,
            cause === "time" || cause === "condition" || cause === "hand" ? words.cause[cause] : cause,
            String(people),
          ]),
          label.steps,
        ),
  ].filter((part) => part !== "");
  const timeline = table(
    [[label.time, "time"], [label.who], [label.what]],
    report.timeline.map((entry) => [time(entry.at), entry.by ?? "", entry.text]),
  );
  const recipients = table(
    [[label.name], [label.state], [label.receivedAt, "time"], [label.answer], [label.respondedAt, "time"]],
    report.recipients.map((one) => [
      one.name,
      `${words.recipientState[one.state]}${one.reason === undefined ? "" : `: ${words.reason[one.reason]}`}`,
      time(one.receivedAt),
      one.response === undefined ? "" : words.response[one.response],
      time(one.respondedAt),
    ]),
  );

  const page = await html`<!doctype html>
<html lang="${report.locale}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${words.report}: ${title}</title>
<style>${raw(reportStyle)}</style>
</head>
<body>
${notice === undefined ? "" : html`<p class="notice" role="note">${notice}</p>`}
<header><p>${words.report}</p><h1>${title}</h1></header>
<main>
<section><h2>${heading.head}</h2>${head}</section>
${report.requirement.length === 0 ? "" : html`<section><h2>${heading.requirement}</h2>${requirement}</section>`}
<section><h2>${heading.timings}</h2>${times}${percentiles}</section>
<section><h2>${heading.answers}</h2>${either(report.answers, answers)}</section>
<section><h2>${heading.channels}</h2>${channels}</section>
<section><h2>${heading.failed}</h2>${either(failures, html`${failures}`)}</section>
<section><h2>${heading.timeline}</h2>${either(report.timeline, timeline)}</section>
<section><h2>${heading.recipients}</h2>${either(report.recipients, recipients)}</section>
</main>
</body>
</html>`;
  return page.toString();
};
