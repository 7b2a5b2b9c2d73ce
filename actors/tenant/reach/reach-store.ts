import { eq } from "drizzle-orm";
import { limits } from "../../../protocol/limits.ts";
import type { Kernel } from "../../kernel/kernel.ts";
import type { ReachNews } from "../../kernel/messages.ts";
import type { AddressBook } from "../channels/address-book.ts";
import { Reach } from "./reach.ts";
import { reach } from "./reach-tables.ts";

/** Least time between two writes of the same place, ms. */
const writeMs = 60_000;
/** Within this time after a wake every site whose devices are connected has spoken: one round, and what a busy minute may take, ms. */
const wakeMs = limits.reachRenewMs + 60_000;
/** Devices in a row: far below the 2 MB of one SQLite value. */
const perRow = 5_000;

type Row = [deviceId: string, userId: string, at: number, open: 0 | 1];

/**
 * Who can be reached now (issue 5, 5). In memory, beside rows that are written at most once a minute: after a wake it may be old
 * until the sites have spoken again, and until then it is not known of anybody that they cannot be reached.
 */
export class ReachStore {
  #kernel: Kernel;
  #addresses: AddressBook;
  #known: Reach | undefined;
  #unwritten = new Set<string>();
  #wokeAt = 0;
  /** Places that have said all of it since this object woke. */
  #spoken = new Set<string>();

  constructor(kernel: Kernel, addresses: AddressBook) {
    this.#kernel = kernel;
    this.#addresses = addresses;
  }

  /**
   * Whether a person would hear of an alarm: a live socket, a device that gave a sign lately, or a browser whose push
   * subscription the push service still takes (one that it refused is removed by the sender). Memory only: cheap.
   *
   * @param place where the person's devices connect
   * @returns undefined for somebody of whom that is not known yet, because this object woke and the place has not spoken since
   */
  isReachable(userId: string, place: string, now: number): boolean | undefined {
    const known = this.#load(now);
    if (known.isConnected(userId, now)) return true;
    if (this.#addresses.noWay({ id: userId, contact: false }, "push", now) === undefined) return true;
    return this.#spoken.has(place) || now >= this.#wokeAt + wakeMs ? false : undefined;
  }

  /** Takes what a site says of its sockets. @returns false when the site should say all of it */
  take(news: ReachNews, now: number): boolean {
    const agreed = this.#load(now).take(news, now);
    if (agreed || news.whole === true) this.#spoken.add(news.place);
    if (this.#unwritten.size === 0) this.#kernel.timers.setIfSooner("reach:write", now + writeMs);
    this.#unwritten.add(news.place);
    return agreed;
  }

  signsOf(deviceIds: readonly string[], now: number): number[] {
    const known = this.#load(now);
    return deviceIds.map((deviceId) => known.signOf(deviceId, now));
  }

  /** The timer `reach:write`. A crash before it loses what the sites say again. */
  write(now: number): void {
    const known = this.#load(now);
    known.prune(now);
    for (const place of this.#unwritten) {
      const rows: Row[] = [];
      for (const [deviceId, device] of known.devices)
        if (device.place === place) rows.push([deviceId, device.userId, device.at, device.open ? 1 : 0]);
      const { database } = this.#kernel;
      database.delete(reach).where(eq(reach.place, place)).run();
      const heardAt = known.heard.get(place) ?? now;
      for (let part = 0; part * perRow < rows.length; part++) {
        const devices = JSON.stringify(rows.slice(part * perRow, (part + 1) * perRow));
        database.insert(reach).values({ place, part, heardAt, devices }).run();
      }
    }
    this.#unwritten.clear();
  }

  #load(now: number): Reach {
    if (this.#known !== undefined) return this.#known;
    this.#wokeAt = now;
    const known = new Reach();
    for (const { place, heardAt, devices } of this.#kernel.database.select().from(reach).all()) {
      known.heard.set(place, heardAt);
      for (const [deviceId, userId, at, open] of JSON.parse(devices) as Row[])
        known.set(deviceId, { userId, place, open: open === 1, at });
    }
    this.#known = known;
    return known;
  }
}
