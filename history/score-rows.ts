import { and, desc, eq, inArray, isNotNull, sql } from "drizzle-orm";
import type { Kind } from "../protocol/terms.ts";
import type { History } from "./client.ts";
import { alarms, alarmRecipients as r } from "./schema.ts";
import { reach } from "./unavailable.ts";

/** What one alarm is scored by, ms since 1970; null for what did not happen. */
export interface ScoreRow {
  alarmId: string;
  title: string;
  kind: Kind;
  scenarioId: string | null;
  raisedAt: number;
  filledAt: number | null;
  answeredAt: number | null;
  onSceneAt: number | null;
}

/** Alarms with the times they are scored by, newest first. Throws HistoryUnavailable. */
export const scoreRows = (
  history: History,
  tenantId: string,
  { scenarioId, kind, limit }: { scenarioId?: string | undefined; kind?: Kind | undefined; limit: number },
): Promise<ScoreRow[]> =>
  reach(async () => {
    const rows = await history
      .select({
        alarmId: alarms.alarmId,
        title: sql<string>`${alarms.title}`,
        kind: sql<Kind>`${alarms.kind}`,
        scenarioId: alarms.scenarioId,
        raisedAt: sql<number>`${alarms.raisedAt}`,
        filledAt: alarms.firstFilledAt,
      })
      .from(alarms)
      .where(
        and(
          eq(alarms.tenantId, tenantId),
          isNotNull(alarms.raisedAt),
          scenarioId === undefined ? undefined : eq(alarms.scenarioId, scenarioId),
          kind === undefined ? undefined : eq(alarms.kind, kind),
        ),
      )
      .orderBy(desc(alarms.raisedAt), desc(alarms.alarmId))
      .limit(limit);
    if (rows.length === 0) return [];
    const firsts = await history
      .select({
        alarmId: r.alarmId,
        answeredAt: sql<number | null>`min(${r.firstRespondedAt})`,
        onSceneAt: sql<number | null>`min(${r.firstOnSceneAt})`,
      })
      .from(r)
      .where(
        and(
          eq(r.tenantId, tenantId),
          inArray(
            r.alarmId,
            rows.map(({ alarmId }) => alarmId),
          ),
        ),
      )
      .groupBy(r.alarmId);
    const byId = new Map(firsts.map((row) => [row.alarmId, row]));
    return rows.map((row) => {
      const { answeredAt = null, onSceneAt = null } = byId.get(row.alarmId) ?? {};
      return { ...row, answeredAt, onSceneAt };
    });
  });
