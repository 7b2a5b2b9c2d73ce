import { parseAccept } from "hono/utils/accept";
import type { ReportFormat } from "../../protocol/reports.ts";

const byType: Readonly<Record<string, ReportFormat>> = {
  "application/json": "json",
  "text/html": "html",
  "application/xhtml+xml": "html",
  "text/csv": "csv",
};

/**
 * The form in which a report is wanted: what the address says, or else the most preferred of the `Accept` header that there
 * is, or else JSON.
 */
export const formatOf = (asked: ReportFormat | undefined, accept: string | null): ReportFormat => {
  if (asked !== undefined) return asked;
  const wanted = parseAccept(accept ?? "")
    .filter(({ q }) => q > 0)
    .toSorted((a, b) => b.q - a.q);
  for (const { type } of wanted) {
    const known = byType[type.toLowerCase()];
    if (known !== undefined) return known;
    if (type === "*/*" || type === "application/*") return "json";
  }
  return "json";
};
