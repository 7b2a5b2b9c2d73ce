import type { NotReachedReason } from "../../../protocol/alarms.ts";
import type { NotReachedRow, ReceiptRow, SentRow } from "../../tenant/alarm/progress.ts";

/**
 * One alarm as this place delivers it. Everything a device did is merged, never replayed into a worse state (I4); the same
 * receipt twice is one. Times in ms since 1970.
 */
export interface Delivery {
  alarmId: string;
  seq: number;
  raisedAt: number;
  storedAt: number;
  frame: string;
  recipients: readonly string[];
  indexOf: ReadonlyMap<string, number>;
  withoutDevice: ReadonlySet<number>;
  /** Undefined for nearly every alarm: the ordinary way looks at this and at nothing else. */
  quiet: Quiet | undefined;
  end?: { seq: number; frame: string };
  /** Recipients to whose sockets it was written. */
  sent: Uint8Array;
  received: Uint8Array;
  notReached: Uint8Array;
  /** `<deviceId>` of every device that received, `<deviceId>!` of every one that showed it. */
  devices: Set<string>;
}

/** Recipients around a duress alarm's raiser: they get the frame as a silent one. */
interface Quiet {
  positions: ReadonlySet<number>;
  /** The silent form of one frame, encoded once. */
  silent?: { of: string; text: string };
}

export interface DeliveryFacts {
  alarmId: string;
  seq: number;
  raisedAt: number;
  storedAt: number;
  frame: string;
  recipients: readonly string[];
  withoutDevice: readonly number[];
  quiet?: readonly number[];
  end?: { seq: number; frame: string };
}

export const newDelivery = ({ withoutDevice, quiet, ...facts }: DeliveryFacts): Delivery => {
  const { recipients } = facts;
  return {
    ...facts,
    indexOf: new Map(recipients.map((userId, i) => [userId, i])),
    withoutDevice: new Set(withoutDevice),
    quiet: quiet === undefined || quiet.length === 0 ? undefined : { positions: new Set(quiet) },
    sent: new Uint8Array(recipients.length),
    received: new Uint8Array(recipients.length),
    notReached: new Uint8Array(recipients.length),
    devices: new Set(),
  };
};

/** Who of these gets the frame as it is, and who gets it silently. Without quiet ones the list itself comes back. */
export const audible = (
  delivery: Delivery,
  userIds: readonly string[],
): { loud: readonly string[]; quiet: readonly string[] } => {
  const { quiet, indexOf } = delivery;
  if (quiet === undefined) return { loud: userIds, quiet: [] };
  const isQuiet = (userId: string) => quiet.positions.has(indexOf.get(userId) ?? -1);
  return { loud: userIds.filter((userId) => !isQuiet(userId)), quiet: userIds.filter(isQuiet) };
};

/** The frame for those around a duress alarm's raiser. */
export const quietFrame = ({ frame, quiet }: Delivery): string => {
  if (quiet?.silent?.of === frame) return quiet.silent.text;
  const text = JSON.stringify({ ...(JSON.parse(frame) as object), silent: true });
  if (quiet !== undefined) quiet.silent = { of: frame, text };
  return text;
};

/** The frame as this recipient gets it. */
export const frameFor = (delivery: Delivery, userId: string): string =>
  delivery.quiet?.positions.has(delivery.indexOf.get(userId) ?? -1) === true ? quietFrame(delivery) : delivery.frame;

/** Takes a device's word; undefined when it says nothing new or is no recipient's (I3). */
export const takeReceipt = (
  delivery: Delivery,
  userId: string,
  deviceId: string,
  what: "received" | "seen",
  at: number,
): ReceiptRow | undefined => {
  const i = delivery.indexOf.get(userId);
  if (i === undefined) return undefined;
  const mark = what === "seen" ? `${deviceId}!` : deviceId;
  if (delivery.devices.has(mark)) return undefined;
  delivery.devices.add(mark);
  delivery.received[i] = 1;
  return [userId, deviceId, what, at];
};

export const takeSent = (delivery: Delivery, userId: string, at: number): SentRow | undefined => {
  const i = delivery.indexOf.get(userId);
  if (i === undefined || delivery.sent[i] === 1) return undefined;
  delivery.sent[i] = 1;
  return [userId, at];
};

/**
 * Explains everybody who has not received it (I2): at the deadline, at the stand-down, and at once for those who have no
 * device. Each person is explained once; a receipt that still comes later goes above it.
 */
export const explainUnreached = (
  delivery: Delivery,
  why: "noDevice" | "deadline" | "end",
  isConnected: (userId: string) => boolean,
  at: number,
): NotReachedRow[] => {
  const rows: NotReachedRow[] = [];
  delivery.recipients.forEach((userId, i) => {
    if (delivery.received[i] === 1 || delivery.notReached[i] === 1) return;
    const noDevice = delivery.withoutDevice.has(i) && delivery.sent[i] === 0 && !isConnected(userId);
    if (why === "noDevice" && !noDevice) return;
    const reason: NotReachedReason = noDevice
      ? "noDevice"
      : why === "end"
        ? "endedBefore"
        : delivery.sent[i] === 1
          ? "noReceipt"
          : "notConnected";
    delivery.notReached[i] = 1;
    rows.push([userId, reason, at]);
  });
  return rows;
};

/** Frames that a device is owed when it comes back, in order (wire.md, `lastSeq`). */
export const owedFrames = (
  deliveries: readonly Delivery[],
  userId: string,
  deviceId: string,
  lastSeq: number | undefined,
): { seq: number; frame: string; alarm?: Delivery }[] => {
  const owed: { seq: number; frame: string; alarm?: Delivery }[] = [];
  for (const delivery of deliveries) {
    if (!delivery.indexOf.has(userId)) continue;
    const unreceived = delivery.end === undefined && !delivery.devices.has(deviceId);
    const missed = lastSeq !== undefined && delivery.seq > lastSeq;
    if (unreceived || missed) owed.push({ seq: delivery.seq, frame: frameFor(delivery, userId), alarm: delivery });
    if (delivery.end !== undefined && lastSeq !== undefined && delivery.end.seq > lastSeq) owed.push(delivery.end);
  }
  return owed.sort((a, b) => a.seq - b.seq);
};
