import type { ChainFacts } from "../../actors/tenant/operations/verification.ts";
import { reportFacts } from "../../history/report-facts.ts";
import { scoreRows } from "../../history/score-rows.ts";
import { routes } from "../../protocol/http/routes.ts";
import { toTime } from "../../protocol/ids.ts";
import { limits } from "../../protocol/limits.ts";
import { done, refuse } from "../../protocol/problems.ts";
import type { Report, ReportQuery } from "../../protocol/reports.ts";
import { fromHistory } from "../http/from-history.ts";
import { text } from "../http/text.ts";
import { capMessages } from "../reports/cap-messages.ts";
import { capXml } from "../reports/cap-xml.ts";
import { formatOf } from "../reports/format.ts";
import { reportOf } from "../reports/report.ts";
import { reportCsv } from "../reports/report-csv.ts";
import { reportHtml } from "../reports/report-html.ts";
import { comparedRows, scoresOf } from "../reports/scores.ts";
import { verifyAlarm } from "./verification.ts";

const reportAnswer = async (report: Report, query: ReportQuery, accept: string | null): Promise<Report | Response> => {
  const format = formatOf(query.format, accept);
  const { kind, alarmId } = report.alarm;
  const name = `${kind === "actual" ? "" : `${kind}-`}${alarmId}`;
  if (format === "json") return report;
  if (format === "html") return text("text/html; charset=utf-8", await reportHtml(report), { inlineStyle: true });
  const part = query.part ?? "timeline";
  const csv = reportCsv(report, part);
  return text("text/csv; charset=utf-8", csv, { fileName: `${name}-${part}.csv` });
};

export const reportEndpoints = {
  verifyAlarm: fromHistory(routes.verifyAlarm, (history, call, allowed) =>
    verifyAlarm(history, call, allowed as ChainFacts),
  ),
  getReport: fromHistory(routes.getReport, async (history, { tenantId, params, query, request, receivedAt }) => {
    const facts = await reportFacts(history, tenantId, params.alarmId ?? "");
    if (facts === undefined) return refuse("not_found");
    const locale = query.locale ?? (facts.organisation.locale === "en" ? "en" : "nl");
    return done(await reportAnswer(reportOf(facts, locale, receivedAt), query, request.headers.get("Accept")));
  }),
  listScores: fromHistory(routes.listScores, async (history, { tenantId, query }) => {
    const limit = query.limit === undefined ? limits.pageDefault : Number(query.limit);
    const { scenarioId, kind } = query;
    const rows = await scoreRows(history, tenantId, { scenarioId, kind, limit: limit + comparedRows });
    return done({ items: scoresOf(rows, limit) });
  }),
  listCap: fromHistory(routes.listCap, async (history, { tenantId, params, request }) => {
    const facts = await reportFacts(history, tenantId, params.alarmId ?? "");
    if (facts === undefined) return refuse("not_found");
    const { pathname } = new URL(request.url);
    return done({
      items: capMessages(facts).map(({ n, identifier, msgType, sent }) => ({
        n,
        identifier,
        msgType,
        sent: toTime(sent),
        url: `${pathname}/${n}`,
      })),
    });
  }),
  getCap: fromHistory(routes.getCap, async (history, { tenantId, params, settings }) => {
    const facts = await reportFacts(history, tenantId, params.alarmId ?? "");
    const xml = facts && capXml(facts, Number(params.n), new URL(settings.PUBLIC_URL).hostname);
    return xml === undefined ? refuse("not_found") : done(text("application/cap+xml; charset=utf-8", xml));
  }),
};
