import { limits } from "../../../protocol/limits.ts";
import type { ReachNews } from "../../kernel/messages.ts";

/** A device as the tenant knows it: whose it is, where its socket is open, and when it last gave a sign (ms since 1970). */
export interface KnownDevice {
  userId: string;
  place: string;
  open: boolean;
  at: number;
}

/** What a site said counts for this long, ms: two of its rounds and what a busy minute may take. */
const leaseMs = 2 * limits.reachRenewMs + 60_000;

/** Who can be reached, as far as the sites have said: pure, in memory, and never read while an alarm is raised. */
export class Reach {
  /** By device. */
  readonly devices = new Map<string, KnownDevice>();
  /** By place: when its site last said anything. */
  readonly heard = new Map<string, number>();
  #ofPerson = new Map<string, Set<string>>();
  #open = new Map<string, number>();

  /** Takes what a site says. @returns whether both count the same number of open devices there */
  take({ place, open, came, went, whole }: ReachNews, now: number): boolean {
    this.heard.set(place, now);
    if (whole) {
      const there = new Set(came.map(([deviceId]) => deviceId));
      for (const [deviceId, device] of this.devices)
        if (device.open && device.place === place && !there.has(deviceId))
          this.set(deviceId, { ...device, open: false });
    }
    for (const [deviceId, userId, at] of came) this.set(deviceId, { userId, place, open: true, at });
    for (const [deviceId, userId, at] of went) {
      const known = this.devices.get(deviceId);
      // It may be connected elsewhere by now: the former place hears of the end of its old socket last.
      if (known?.open === true && known.place !== place) continue;
      this.set(deviceId, { userId, place, open: false, at });
    }
    return (this.#open.get(place) ?? 0) === open;
  }

  set(deviceId: string, device: KnownDevice): void {
    const before = this.devices.get(deviceId);
    if (before?.open === true) this.#open.set(before.place, (this.#open.get(before.place) ?? 1) - 1);
    if (device.open) this.#open.set(device.place, (this.#open.get(device.place) ?? 0) + 1);
    this.devices.set(deviceId, device);
    const own = this.#ofPerson.get(device.userId);
    if (own === undefined) this.#ofPerson.set(device.userId, new Set([deviceId]));
    else own.add(deviceId);
  }

  /** When a device last gave a sign: now while its socket is open and its site is heard of. 0 for never. */
  signOf(deviceId: string, now: number): number {
    const device = this.devices.get(deviceId);
    if (device === undefined) return 0;
    if (!device.open) return device.at;
    const heard = this.heard.get(device.place) ?? 0;
    return heard + leaseMs > now ? now : Math.max(device.at, heard);
  }

  /** Whether any device of the person gave a sign lately. */
  isConnected(userId: string, now: number): boolean {
    for (const deviceId of this.#ofPerson.get(userId) ?? [])
      if (this.signOf(deviceId, now) + limits.reachableMs > now) return true;
    return false;
  }

  /** Forgets devices of which nothing was heard for long. */
  prune(now: number): void {
    for (const [deviceId, { userId }] of this.devices) {
      if (this.signOf(deviceId, now) + limits.reachKeptMs > now) continue;
      this.set(deviceId, { ...(this.devices.get(deviceId) as KnownDevice), open: false });
      this.devices.delete(deviceId);
      const own = this.#ofPerson.get(userId);
      own?.delete(deviceId);
      if (own?.size === 0) this.#ofPerson.delete(userId);
    }
  }
}
