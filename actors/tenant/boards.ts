import { and, eq, gt, lte } from "drizzle-orm";
import { limits } from "../../protocol/limits.ts";
import { done, type Outcome, refuse } from "../../protocol/problems.ts";
import type { BoardName } from "../../protocol/socket/client-frames.ts";
import type { Board } from "../../protocol/socket/server-frames.ts";
import { mayDo } from "./access/permissions.ts";
import { showAlarm } from "./alarm/alarm.ts";
import type { Desk } from "./desk.ts";
import { recipientAt } from "./operations/alarms.ts";
import { sitePresence } from "./site-presence.ts";
import { watchers } from "./tenant-tables.ts";

/** A site that watches says so again before this is over, ms. */
export const watchMs = 10 * 60_000;

/** Recipients of one frame of an alarm's board. */
const rowsPerFrame = 1_000;

/** What is pushed to whom: text that is encoded once and sent as it is to every socket that watches. */
export interface BoardPush {
  place: string;
  board: BoardName;
  ref: string;
  frame: string;
}

const frameOf = (board: Board): string => JSON.stringify(board);

/** Boards that coordinators watch. Sites subscribe for their sockets; pushes are made once a change, not once a watcher. */
export class Boards {
  #desk: Desk;

  constructor(desk: Desk) {
    this.#desk = desk;
  }

  /** Subscribes a place. @returns the frames of the snapshot; refused: forbidden, not_found. */
  watch(place: string, userId: string, board: BoardName, ref: string, now: number): Outcome<string[]> {
    const person = this.#desk.directory.people.get(userId);
    const operation = board === "site" ? "getSitePresence" : "listRecipients";
    if (person === undefined || !person.enabled || !mayDo(operation, person.permission, "device"))
      return refuse("forbidden");
    const frames = this.#snapshot(board, ref, now);
    if (frames === undefined) return refuse("not_found");
    const row = { place, board, ref, until: now + watchMs };
    this.#desk.kernel.database
      .insert(watchers)
      .values(row)
      .onConflictDoUpdate({ target: [watchers.place, watchers.board, watchers.ref], set: { until: row.until } })
      .run();
    return done(frames);
  }

  /** Says again that a place still watches. */
  renew(place: string, board: BoardName, ref: string, now: number): void {
    this.#desk.kernel.database
      .update(watchers)
      .set({ until: now + watchMs })
      .where(and(eq(watchers.place, place), eq(watchers.board, board), eq(watchers.ref, ref)))
      .run();
  }

  unwatch(place: string, board: BoardName, ref: string): void {
    this.#desk.kernel.database
      .delete(watchers)
      .where(and(eq(watchers.place, place), eq(watchers.board, board), eq(watchers.ref, ref)))
      .run();
  }

  sweep(now: number): void {
    this.#desk.kernel.database.delete(watchers).where(lte(watchers.until, now)).run();
  }

  /** What has to be pushed for changes that were committed. Nothing is computed that nobody watches. */
  pushes(alarms: ReadonlyMap<string, ReadonlySet<number>>, sites: ReadonlySet<string>, now: number): BoardPush[] {
    const rows = this.#desk.kernel.database.select().from(watchers).where(gt(watchers.until, now)).all();
    const made = new Map<string, string[]>();
    const once = (key: string, make: () => string[]) => {
      const known = made.get(key) ?? make();
      made.set(key, known);
      return known;
    };
    return rows.flatMap((row) => {
      const board = row.board as BoardName;
      const frames = once(`${board}|${row.ref}`, () => {
        if (board === "site")
          return sites.has(row.ref)
            ? [frameOf({ type: "board", board, full: true, ...sitePresence(this.#desk, row.ref, now) })]
            : [];
        if (board === "alarm") {
          const changed = alarms.get(row.ref);
          return changed === undefined ? [] : this.#recipientFrames(row.ref, [...changed], false);
        }
        return alarms.size === 0 ? [] : this.#alarmsFrame([...alarms.keys()], false);
      });
      return frames.map((frame) => ({ place: row.place, board, ref: row.ref, frame }));
    });
  }

  #snapshot(board: BoardName, ref: string, now: number): string[] | undefined {
    if (board === "alarms")
      return this.#alarmsFrame(this.#desk.alarms.ids("open", Number.MAX_SAFE_INTEGER, limits.pageMax), true);
    if (board === "site") {
      if (!this.#desk.directory.sites.has(ref)) return undefined;
      return [frameOf({ type: "board", board, full: true, ...sitePresence(this.#desk, ref, now) })];
    }
    const opened = this.#desk.alarms.open(ref);
    if (opened === undefined) return undefined;
    return this.#recipientFrames(
      ref,
      opened.progress.userIds.map((_, i) => i),
      true,
    );
  }

  #alarmsFrame(ids: readonly string[], full: boolean): string[] {
    const alarms = ids.flatMap((id) => {
      const opened = this.#desk.alarms.open(id);
      return opened === undefined ? [] : [showAlarm(opened.alarm, opened.progress)];
    });
    return [frameOf({ type: "board", board: "alarms", full, alarms })];
  }

  #recipientFrames(alarmId: string, changed: readonly number[], full: boolean): string[] {
    const opened = this.#desk.alarms.open(alarmId);
    if (opened === undefined) return [];
    const alarm = showAlarm(opened.alarm, opened.progress);
    const frames: string[] = [];
    for (let from = 0; from === 0 || from < changed.length; from += rowsPerFrame) {
      const recipients = changed.slice(from, from + rowsPerFrame).map((i) => recipientAt(this.#desk, opened, i));
      // Only the first part replaces what the watcher had; the others add to it.
      frames.push(frameOf({ type: "board", board: "alarm", full: full && from === 0, alarm, recipients }));
    }
    return frames;
  }
}
