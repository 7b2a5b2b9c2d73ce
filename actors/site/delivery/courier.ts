import { limits } from "../../../protocol/limits.ts";
import type { Kernel } from "../../kernel/kernel.ts";
import type { SocketIndex } from "../../kernel/socket-index.ts";
import type { NotReachedRow, ReceiptRow, SentRow } from "../../tenant/alarm/progress.ts";
import type { Connection } from "../sockets/connection.ts";
import { audible, type Delivery, explainUnreached, frameFor, quietFrame, takeReceipt, takeSent } from "./delivery.ts";
import type { DeliveryStore } from "./delivery-store.ts";
import { fanOut, write } from "./fan-out.ts";

const system = { type: "system", id: "site" } as const;

/** What the tenant was not told by now is told by the timer `tell`, ms. */
const tellAgainMs = 2_000;

interface Gathered {
  sent: SentRow[];
  receipts: ReceiptRow[];
}

/** Brings alarms to the devices of one place, gathers their receipts, sends again, and explains who was not reached. */
export class Courier {
  #kernel: Kernel;
  #deliveries: DeliveryStore;
  #sockets: SocketIndex<Connection>;
  #place: string;
  #gathered = new Map<string, Gathered>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Runs of frames that are being written. */
  #writing = 0;
  /** Called after a batch was stored: the tenant is told. */
  #stored: () => void;

  constructor(
    kernel: Kernel,
    deliveries: DeliveryStore,
    sockets: SocketIndex<Connection>,
    place: string,
    stored: () => void,
  ) {
    this.#kernel = kernel;
    this.#deliveries = deliveries;
    this.#sockets = sockets;
    this.#place = place;
    this.#stored = stored;
  }

  /** Stores an alarm for this place, in the caller's transaction. @returns what to send after the commit. */
  store(facts: Parameters<DeliveryStore["add"]>[0], now: number): { delivery: Delivery; added: readonly string[] } {
    const stored = this.#deliveries.add(facts);
    const { delivery, added } = stored;
    this.#deliveries.seqStored(facts.seq);
    if (added.length === 0) return stored;
    this.#kernel.log.append({
      type: "alarm.dispatched",
      entity: delivery.alarmId,
      at: now,
      by: system,
      body: { alarmId: delivery.alarmId, place: this.#place, recipients: added.length },
    });
    this.#explain(delivery, "noDevice", now);
    this.#kernel.recordsWritten(now);
    if (delivery.end === undefined)
      this.#kernel.timers.set(`resend:${delivery.alarmId}`, now + (limits.resendAfterMs[0] ?? 5_000));
    return stored;
  }

  /** Takes a newer call of an alarm, in the caller's transaction. @returns it when nothing newer overtook this. */
  again(alarmId: string, seq: number, frame: string, now: number): Delivery | undefined {
    const delivery = this.#deliveries.again(alarmId, seq, frame, now);
    this.#deliveries.seqStored(seq);
    if (delivery !== undefined) this.#kernel.timers.set(`resend:${alarmId}`, now + (limits.resendAfterMs[0] ?? 5_000));
    return delivery;
  }

  /** Ends an alarm here, in the caller's transaction. @returns it when it was open. */
  end(alarmId: string, seq: number, frame: string, now: number): Delivery | undefined {
    this.#write(now);
    const delivery = this.#deliveries.end(alarmId, seq, frame);
    this.#deliveries.seqStored(seq);
    if (delivery === undefined) return undefined;
    this.#explain(delivery, "end", now);
    this.#kernel.timers.cancel(`resend:${alarmId}`);
    return delivery;
  }

  /** Whether an alarm is on its way: frames are being written, or receipts have come that are not written down yet. */
  get isBusy(): boolean {
    return this.#writing > 0 || this.#gathered.size > 0;
  }

  /** Sends an alarm to every open socket of these people (I3: of nobody else). */
  async send(delivery: Delivery, userIds: readonly string[]): Promise<void> {
    const { loud, quiet } = audible(delivery, userIds);
    this.#writing += 1;
    try {
      await this.#sendFrame(delivery, delivery.frame, loud);
      if (quiet.length > 0) await this.#sendFrame(delivery, quietFrame(delivery), quiet);
    } finally {
      this.#writing -= 1;
    }
  }

  #sendFrame(delivery: Delivery, frame: string, userIds: readonly string[]): Promise<void> {
    return fanOut(
      frame,
      userIds,
      (userId) => this.#greeted(userId),
      (userId) => this.sentTo(delivery, userId, Date.now()),
    );
  }

  sendEnd(delivery: Delivery, frame: string): Promise<void> {
    return this.sendText(delivery.recipients, frame);
  }

  /** Sends what nobody has to confirm to every open socket of these people. */
  sendText(userIds: readonly string[], text: string): Promise<void> {
    return fanOut(
      text,
      userIds,
      (userId) => this.#greeted(userId),
      () => undefined,
    );
  }

  /** Sockets that have said hello: `welcome` comes first, and hello brings every open alarm by itself. */
  *#greeted(userId: string): Iterable<WebSocket> {
    for (const socket of this.#sockets.ofPerson(userId)) if (this.#sockets.of(socket)?.hello === true) yield socket;
  }

  /** Notes that a frame was written to a socket of this person. */
  sentTo(delivery: Delivery, userId: string, at: number): void {
    const row = takeSent(delivery, userId, at);
    if (row !== undefined) this.#gather(delivery.alarmId).sent.push(row);
  }

  /** A device's own word that it has it, or has shown it. Only this counts as delivered (design §4). */
  receipt(connection: Connection, alarmId: string, what: "received" | "seen", at: number): void {
    const delivery = this.#deliveries.get(alarmId);
    if (delivery === undefined) return;
    const row = takeReceipt(delivery, connection.userId, connection.deviceId, what, at);
    if (row !== undefined) this.#gather(alarmId).receipts.push(row);
  }

  /** The timer `resend:<alarm>`: unreceipted sockets are sent to again; at the deadline the rest is explained (I2). */
  resend(alarmId: string, now: number): void {
    const delivery = this.#deliveries.get(alarmId);
    if (delivery === undefined || delivery.end !== undefined) return;
    // Everybody has it, on every device that is here: whoever comes later gets it by hello.
    let complete = delivery.received.every((received) => received === 1);
    for (const userId of delivery.recipients)
      for (const socket of this.#sockets.ofPerson(userId)) {
        const connection = this.#sockets.of(socket);
        if (connection?.hello !== true || delivery.devices.has(connection.deviceId)) continue;
        complete = false;
        if (write(socket, frameFor(delivery, userId))) this.sentTo(delivery, userId, now);
      }
    const age = now - delivery.storedAt;
    const next = [...limits.resendAfterMs, limits.notReachedAfterMs].find((after) => after > age + 500);
    this.#kernel.transaction(() => {
      this.#write(now);
      if (next === undefined) this.#explain(delivery, "deadline", now);
      else if (!complete) this.#kernel.timers.set(`resend:${alarmId}`, delivery.storedAt + next);
    });
    this.#stored();
  }

  /** Writes what was gathered at once, for those who must not wait for the batch. */
  flush(): void {
    if (this.#timer !== undefined) clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#gathered.size === 0) return;
    this.#kernel.transaction(() => this.#write(Date.now()));
    this.#stored();
  }

  /**
   * Receipts wait at most 100 ms to be written together: one record a batch, not a person. Crash window: receipts of the last
   * 100 ms are lost with the process; the alarm is sent to those devices again and they say so again.
   */
  #gather(alarmId: string): Gathered {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.flush();
    }, limits.receiptBatchMs);
    const known = this.#gathered.get(alarmId);
    if (known !== undefined) return known;
    const fresh: Gathered = { sent: [], receipts: [] };
    this.#gathered.set(alarmId, fresh);
    return fresh;
  }

  #write(now: number): void {
    for (const [alarmId, { sent, receipts }] of this.#gathered) {
      const common = { entity: alarmId, at: now, by: system };
      if (sent.length > 0)
        this.#kernel.log.append({ ...common, type: "alarm.sent", body: { alarmId, rows: sent as [string, number][] } });
      if (receipts.length > 0)
        this.#kernel.log.append({
          ...common,
          type: "alarm.receipts",
          body: { alarmId, rows: receipts as [string, string, "received" | "seen", number][] },
        });
    }
    if (this.#gathered.size > 0) this.#recordsWritten(now);
    this.#gathered.clear();
  }

  #explain(delivery: Delivery, why: "noDevice" | "deadline" | "end", now: number): void {
    const rows = explainUnreached(delivery, why, (userId) => this.#sockets.ofPerson(userId).size > 0, now);
    if (rows.length === 0) return;
    const { alarmId } = delivery;
    this.#kernel.log.append({
      type: "alarm.notReached",
      entity: alarmId,
      at: now,
      by: system,
      body: { alarmId, rows: rows as [string, NotReachedRow[1], number][] },
    });
    this.#recordsWritten(now);
  }

  /** The tenant is told at once after the commit; the timer is for a process that is killed in between (I11). */
  #recordsWritten(now: number): void {
    this.#kernel.recordsWritten(now);
    this.#kernel.timers.setIfSooner("tell", now + tellAgainMs);
  }
}
