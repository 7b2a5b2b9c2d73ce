import { limits } from "../../../protocol/limits.ts";
import type { Kernel } from "../../kernel/kernel.ts";
import type { ReachNews } from "../../kernel/messages.ts";
import type { SocketIndex } from "../../kernel/socket-index.ts";
import { nameOf } from "../../kernel/timers.ts";
import type { Connection } from "../sockets/connection.ts";

export interface AttendanceParts {
  place: string;
  kernel: Kernel;
  sockets: SocketIndex<Connection>;
  /** @returns false when the tenant counts another number of open devices here */
  tell: (news: ReachNews) => Promise<boolean>;
  waitUntil: (work: Promise<unknown>) => void;
}

/**
 * Tells the tenant whose devices are connected here, coarsely and late: gathered for some seconds, never with an alarm. What is
 * lost on the way is made good by the number, which is told with each piece and every few minutes.
 */
export class Attendance {
  #parts: AttendanceParts;
  /** Devices that came or went since the tenant was told: whose, and when. */
  #news = new Map<string, { userId: string; at: number }>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #renewing = false;

  constructor(parts: AttendanceParts) {
    this.#parts = parts;
  }

  /** A socket came or went; called with every one of them. */
  changed({ deviceId, userId }: Connection): void {
    this.#news.set(deviceId, { userId, at: Date.now() });
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#parts.waitUntil(this.#tell(false));
    }, limits.reachBatchMs);
    if (this.#renewing) return;
    this.#renewing = true;
    this.#parts.kernel.timers.setIfSooner("reach", Date.now() + limits.reachRenewMs);
  }

  /**
   * The timer `reach`, a row, so that it also comes after a crash: all sockets are gone then, nothing else may wake this
   * object, and the tenant must not go on counting on them.
   */
  renew(): Promise<void> {
    this.#renewing = this.#parts.sockets.size > 0;
    if (this.#renewing) this.#parts.kernel.timers.set("reach", Date.now() + limits.reachRenewMs);
    return this.#tell(false);
  }

  async #tell(whole: boolean): Promise<void> {
    const { place, tell } = this.#parts;
    const open = this.#openDevices();
    const news = this.#news;
    this.#news = new Map();
    const came: [string, string, number][] = [];
    const went: [string, string, number][] = [];
    for (const [deviceId, { userId, at }] of news) (open.has(deviceId) ? came : went).push([deviceId, userId, at]);
    if (whole) {
      const now = Date.now();
      came.splice(0, came.length, ...[...open].map(([id, userId]): [string, string, number] => [id, userId, now]));
    }
    const agreed = await tell({ place, open: open.size, came, went, ...(whole ? { whole } : {}) }).catch(
      (error: unknown) => {
        console.error(JSON.stringify({ event: "reach not told", error: nameOf(error) }));
        return true;
      },
    );
    if (!agreed && !whole) await this.#tell(true);
  }

  #openDevices(): Map<string, string> {
    const open = new Map<string, string>();
    for (const [, { deviceId, userId }] of this.#parts.sockets.entries()) open.set(deviceId, userId);
    return open;
  }
}
