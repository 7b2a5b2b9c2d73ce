import { and, eq, gt, lte, sql } from "drizzle-orm";
import { limits } from "../../protocol/limits.ts";
import { done, type Outcome, refuse } from "../../protocol/problems.ts";
import type { BoardName } from "../../protocol/socket/client-frames.ts";
import type { Board } from "../../protocol/socket/server-frames.ts";
import { onTheWall } from "../kernel/messages.ts";
import { mayDo, type OperationName } from "./access/permissions.ts";
import type { Desk } from "./desk.ts";
import { alarmNow, recipientAt } from "./operations/alarms.ts";
import { rollCallBoard } from "./roll-call/board.ts";
import { siteBoard } from "./site-presence.ts";
import { staffingBoard } from "./staffing/level.ts";
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

/** What changed since the last push, of the boards that are pushed now. */
export interface BoardChanges {
  /** Recipients by alarm. */
  alarms?: ReadonlyMap<string, ReadonlySet<number>>;
  /** People by site. */
  sites?: ReadonlyMap<string, ReadonlySet<string>>;
  /** Lines by roll-call. */
  rollCalls?: ReadonlyMap<string, ReadonlySet<number>>;
  staffing?: boolean;
}

/** Whoever may read it by HTTP may watch it. */
const boardOperations = {
  alarms: "listRecipients",
  alarm: "listRecipients",
  site: "getSitePresence",
  rollCall: "listRollCallLines",
  staffing: "getStaffing",
} as const satisfies Record<BoardName, OperationName>;

const frameOf = (board: Board): string => JSON.stringify(board);

/** Boards that coordinators watch. Sites subscribe for their sockets; pushes are made once a change, not once a watcher. */
export class Boards {
  #desk: Desk;
  /** Prepared once: it is asked four times a second while anything changes. */
  #watching;
  #version = 0;

  constructor(desk: Desk) {
    this.#desk = desk;
    this.#watching = desk.kernel.database
      .select()
      .from(watchers)
      .where(gt(watchers.until, sql.placeholder("now")))
      .prepare();
  }

  /** Subscribes a place. @returns the frames of the snapshot; refused: forbidden, not_found. */
  watch(place: string, userId: string, board: BoardName, ref: string, now: number): Outcome<string[]> {
    const person = this.#desk.directory.people.get(userId);
    const operation = boardOperations[board];
    if (person === undefined || !person.enabled || !mayDo(operation, person.permission, "device"))
      return refuse("forbidden");
    if (person.permission === "wallboard" && !this.#mayHang(board, ref)) return refuse("forbidden");
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

  /** A wallboard hangs where everybody sees it, the aggressor too: it never shows a duress alarm. */
  #mayHang(board: BoardName, ref: string): boolean {
    if (board === "alarms") return ref === onTheWall;
    return board !== "alarm" || this.#desk.alarms.open(ref)?.alarm.duress !== true;
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
  pushes({ alarms, sites, rollCalls, staffing }: BoardChanges, now: number): BoardPush[] {
    const rows = this.#watching.all({ now });
    const made = new Map<string, string[]>();
    const once = (key: string, make: () => string[]) => {
      const known = made.get(key) ?? make();
      made.set(key, known);
      return known;
    };
    return rows.flatMap((row) => {
      const board = row.board as BoardName;
      const frames = once(`${board}|${row.ref}`, () => {
        if (board === "site") {
          const people = sites?.get(row.ref);
          return people === undefined ? [] : this.#siteFrames(row.ref, people, now);
        }
        if (board === "rollCall") {
          const lines = rollCalls?.get(row.ref);
          return lines === undefined ? [] : (rollCallBoard(this.#desk, row.ref, [...lines]) ?? []);
        }
        if (board === "staffing") return staffing === true ? [frameOf(staffingBoard(this.#desk, now))] : [];
        if (board === "alarm") {
          const changed = alarms?.get(row.ref);
          return changed === undefined ? [] : this.#recipientFrames(row.ref, [...changed], false, now);
        }
        if (alarms === undefined || alarms.size === 0) return [];
        return this.#alarmsFrame([...alarms.keys()], false, row.ref === onTheWall, now);
      });
      return frames.map((frame) => ({ place: row.place, board, ref: row.ref, frame }));
    });
  }

  #snapshot(board: BoardName, ref: string, now: number): string[] | undefined {
    if (board === "alarms")
      return this.#alarmsFrame(
        this.#desk.alarms.ids("open", Number.MAX_SAFE_INTEGER, limits.pageMax),
        true,
        ref === onTheWall,
        now,
      );
    if (board === "site") {
      if (!this.#desk.directory.sites.has(ref)) return undefined;
      return this.#siteFrames(ref, "all", now);
    }
    if (board === "rollCall") return rollCallBoard(this.#desk, ref, "all");
    if (board === "staffing") return [frameOf(staffingBoard(this.#desk, now))];
    const opened = this.#desk.alarms.open(ref);
    if (opened === undefined) return undefined;
    return this.#recipientFrames(
      ref,
      opened.progress.userIds.map((_, i) => i),
      true,
      now,
    );
  }

  #siteFrames(siteId: string, changed: ReadonlySet<string> | "all", now: number): string[] {
    // Of the clock, so that it also grows when this object was evicted in between.
    this.#version = Math.max(now, this.#version + 1);
    return siteBoard(this.#desk, siteId, changed, this.#version, now).map(frameOf);
  }

  #alarmsFrame(ids: readonly string[], full: boolean, wall: boolean, now: number): string[] {
    const alarms = ids.flatMap((id) => {
      const opened = this.#desk.alarms.open(id);
      if (opened === undefined || (wall && opened.alarm.duress === true)) return [];
      return [alarmNow(this.#desk, opened, now)];
    });
    if (alarms.length === 0 && !full) return [];
    return [frameOf({ type: "board", board: "alarms", full, alarms })];
  }

  #recipientFrames(alarmId: string, changed: readonly number[], full: boolean, now: number): string[] {
    const opened = this.#desk.alarms.open(alarmId);
    if (opened === undefined) return [];
    const alarm = alarmNow(this.#desk, opened, now);
    const tries = this.#desk.sends.ofAlarm(alarmId);
    const frames: string[] = [];
    for (let from = 0; from === 0 || from < changed.length; from += rowsPerFrame) {
      const recipients = changed
        .slice(from, from + rowsPerFrame)
        .map((i) => recipientAt(this.#desk, opened, i, tries, now));
      // Only the first part replaces what the watcher had; the others add to it.
      frames.push(frameOf({ type: "board", board: "alarm", full: full && from === 0, alarm, recipients }));
    }
    return frames;
  }
}
