import XMLBuilder from "fast-xml-builder";
import type { ReportFacts } from "../../history/report-facts.ts";
import { type CapChange, type CapMessage, capMessages } from "./cap-messages.ts";
import { capTerms } from "./cap-terms.ts";
import { wordsOf } from "./words/of.ts";

const changes: Record<CapChange, string> = {
  raised: "Raised",
  escalated: "Escalated: more people were called",
  reAlarmed: "The same people were alarmed again",
  reopened: "Opened again after its end",
  ended: "Ended",
};

const notes: Record<Exclude<ReportFacts["record"]["kind"], "actual">, string> = {
  exercise: "Exercise: for its participants alone",
  test: "Technical test: to be disregarded",
};

/** CAP wants no letter for the zone and `-00:00` for UTC (3.3.2). */
const time = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}-00:00`;

/** Characters that XML 1.0 has no place for, escaped or not. */
const printable = (text: string): string =>
  text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/gu, "\ufffd");

const mimeType = (url: string): string => {
  const path = new URL(url).pathname.toLowerCase();
  if (path.endsWith(".pdf")) return "application/pdf";
  if (path.endsWith(".png")) return "image/png";
  if (/\.jpe?g$/.test(path)) return "image/jpeg";
  return "application/octet-stream";
};

const builder = new XMLBuilder({ ignoreAttributes: false, format: true, suppressEmptyNode: false });

/**
 * One message of an alarm as CAP 1.2 XML; undefined when it has no such message. No person is named: the sender is the
 * organisation, the raiser and the people are left out. Pure.
 *
 * @param host of this installation, such as `standby.example`: with the tenant's slug it makes the sender unique
 */
export const capXml = (facts: ReportFacts, n: number, host: string): string | undefined => {
  const { record, organisation, names } = facts;
  const messages = capMessages(facts);
  const message = messages[n - 1];
  if (message === undefined) return undefined;
  const sender = `${organisation.slug}@${host}`;
  const before = messages.slice(0, n - 1);
  const reference = ({ identifier, sent }: CapMessage) => `${sender},${identifier},${time(sent)}`;
  const ended = message.msgType === "Cancel";
  const english = wordsOf("en");
  const note = [
    record.kind === "actual" ? undefined : `${notes[record.kind]} (${record.alarmId})`,
    `${changes[message.change]}${message.reason === undefined ? "" : `: ${english.endReason[message.reason]}`}`,
  ];
  const instruction = (record.instructions ?? []).map(({ roleId, text }) => `${names.get(roleId) ?? roleId}: ${text}`);
  const alert = {
    "@_xmlns": "urn:oasis:names:tc:emergency:cap:1.2",
    identifier: message.identifier,
    sender,
    sent: time(message.sent),
    status: capTerms.status[record.kind],
    msgType: message.msgType,
    source: "StandBy",
    scope: "Restricted",
    restriction: "For the in-house emergency organisation of the sender",
    note: note.filter((part) => part !== undefined).join(". "),
    ...(before.length === 0 ? {} : { references: before.map(reference).join(" ") }),
    ...(record.incidentId === undefined ? {} : { incidents: record.incidentId }),
    info: {
      language: organisation.locale === "nl" ? "nl-NL" : "en-GB",
      category: record.category ?? capTerms.category,
      event: printable(record.title),
      responseType: ended ? "AllClear" : capTerms.responseType[record.urgency],
      urgency: ended ? "Past" : capTerms.urgency[record.urgency],
      severity: record.severity ?? capTerms.severity,
      certainty:
        message.reason === undefined ? capTerms.certainty[record.raisedBy.type] : capTerms.endCertainty[message.reason],
      onset: time(Date.parse(record.raisedAt)),
      senderName: printable(organisation.name),
      headline: printable(record.title),
      ...(record.message === undefined || record.message === "" ? {} : { description: printable(record.message) }),
      ...(instruction.length === 0 || ended ? {} : { instruction: printable(instruction.join("\n")) }),
      parameter: { valueName: "standby:change", value: message.change },
      ...(record.attachments === undefined || record.attachments.length === 0
        ? {}
        : {
            resource: record.attachments.map(({ title, url }) => ({
              resourceDesc: printable(title),
              mimeType: mimeType(url),
              uri: url,
            })),
          }),
    },
  };
  return builder.build({ "?xml": { "@_version": "1.0", "@_encoding": "UTF-8" }, alert });
};
