import { and, asc, eq, gt, isNotNull, sql } from "drizzle-orm";
import { alias, type SQLiteColumn } from "drizzle-orm/sqlite-core";
import { toTime } from "../protocol/ids.ts";
import type { LineState, RollCallRecord } from "../protocol/roll-calls.ts";
import { allPages } from "./all-pages.ts";
import type { History } from "./client.ts";
import { rollCallEvents } from "./roll-call-events.ts";
import { rollCallLines as l, rollCalls as r, users } from "./schema.ts";
import { reach } from "./unavailable.ts";

const [line, sayer, opener, closer] = ["line_user", "sayer", "opener", "closer"].map((name) => alias(users, name)) as [
  typeof users,
  typeof users,
  typeof users,
  typeof users,
];

/** A person's name as it is now; somebody whose copy is not here, or no longer, is shown by the id. */
const nameOf = (person: typeof users, userId: SQLiteColumn) =>
  sql<string | null>`coalesce(${person.firstName} || ' ' || ${person.lastName}, ${userId})`;

const state = sql<LineState>`coalesce(${l.state}, ${l.start}, 'unknown')`;

const linesOf = (history: History, tenantId: string, rollCallId: string, after: string | undefined, limit: number) =>
  history
    .select({
      userId: l.userId,
      name: nameOf(line, l.userId),
      state,
      musterPointId: l.musterPointId,
      note: l.note,
      saidBy: l.saidBy,
      saidByName: nameOf(sayer, l.saidBy),
      saidAt: l.saidAt,
      self: l.self,
      version: sql<number>`max(coalesce(${l.wordVersion}, 0), coalesce(${l.leftVersion}, 0))`,
      leftAt: l.leftAt,
    })
    .from(l)
    .leftJoin(line, and(eq(line.tenantId, l.tenantId), eq(line.userId, l.userId)))
    .leftJoin(sayer, and(eq(sayer.tenantId, l.tenantId), eq(sayer.userId, l.saidBy)))
    .where(
      and(
        eq(l.tenantId, tenantId),
        eq(l.rollCallId, rollCallId),
        after === undefined ? undefined : gt(l.userId, after),
      ),
    )
    .orderBy(asc(l.userId))
    .limit(limit);

type Row = Awaited<ReturnType<typeof linesOf>>[number];

const showLine = (row: Row): RollCallRecord["lines"][number] => ({
  userId: row.userId,
  name: row.name ?? row.userId,
  state: row.state,
  version: row.version,
  ...(row.musterPointId === null ? {} : { musterPointId: row.musterPointId }),
  ...(row.note === null ? {} : { note: row.note }),
  ...(row.saidBy === null ? {} : { by: { userId: row.saidBy, name: row.saidByName ?? row.saidBy } }),
  ...(row.saidAt === null ? {} : { at: toTime(row.saidAt) }),
  ...(row.self === null ? {} : { self: row.self }),
  ...(row.leftAt === null ? {} : { leftSite: toTime(row.leftAt) }),
});

const totalsOf = (lines: RollCallRecord["lines"]): RollCallRecord["totals"] => {
  const count = (which: LineState) => lines.filter((line) => line.state === which).length;
  return {
    lines: lines.length,
    missing: count("missing"),
    accountedFor: count("accountedFor"),
    unknown: count("unknown"),
    leftSite: lines.filter((line) => line.leftSite !== undefined && line.state !== "accountedFor").length,
  };
};

const factsOf = async (history: History, tenantId: string, rollCallId: string) => {
  const [row] = await history
    .select({
      siteId: r.siteId,
      zoneIds: r.zoneIds,
      kind: r.kind,
      title: r.title,
      alarmId: r.alarmId,
      incidentId: r.incidentId,
      openedAt: r.openedAt,
      openedBy: r.openedBy,
      openedByName: nameOf(opener, r.openedBy),
      closedAt: r.closedAt,
      closedBy: r.closedBy,
      closedByName: nameOf(closer, r.closedBy),
      summary: r.summary,
    })
    .from(r)
    .leftJoin(opener, and(eq(opener.tenantId, r.tenantId), eq(opener.userId, r.openedBy)))
    .leftJoin(closer, and(eq(closer.tenantId, r.tenantId), eq(closer.userId, r.closedBy)))
    .where(and(eq(r.tenantId, tenantId), eq(r.rollCallId, rollCallId), isNotNull(r.openedAt)));
  return row;
};

const showFacts = (rollCallId: string, row: NonNullable<Awaited<ReturnType<typeof factsOf>>>) => {
  const { closedAt, closedBy, openedBy } = row;
  return {
    rollCallId,
    siteId: row.siteId ?? "",
    ...(row.zoneIds === null ? {} : { zoneIds: row.zoneIds }),
    kind: row.kind ?? "actual",
    title: row.title ?? "",
    state: closedAt === null ? ("open" as const) : ("closed" as const),
    ...(row.alarmId === null ? {} : { alarmId: row.alarmId }),
    ...(row.incidentId === null ? {} : { incidentId: row.incidentId }),
    openedAt: toTime(row.openedAt ?? 0),
    openedBy: { userId: openedBy ?? "", name: row.openedByName ?? "" },
    ...(closedAt === null ? {} : { closedAt: toTime(closedAt) }),
    ...(closedBy === null ? {} : { closedBy: { userId: closedBy, name: row.closedByName ?? closedBy } }),
    ...(row.summary === null ? {} : { summary: row.summary }),
  };
};

/**
 * The whole record of a roll-call; undefined when this tenant has none of that id (I6), or it is not in the history yet.
 * Throws HistoryUnavailable.
 */
export const getRollCallRecord = (
  history: History,
  tenantId: string,
  rollCallId: string,
): Promise<RollCallRecord | undefined> =>
  reach(async () => {
    const facts = await factsOf(history, tenantId, rollCallId);
    if (facts === undefined) return undefined;
    const [rows, events] = await Promise.all([
      allPages<Row>((after, limit) => linesOf(history, tenantId, rollCallId, after?.userId, limit)),
      rollCallEvents(history, tenantId, rollCallId),
    ]);
    const lines = rows.map(showLine);
    return { ...showFacts(rollCallId, facts), totals: totalsOf(lines), lines, events };
  });
