/** One alarm, measured: from just before the request to the server's quiet after the last receipt. */
import type { Fleet } from "./fleet.ts";
import { quantile } from "./median.ts";
import { cpuMs, machineCpuMs, quiet } from "./process-use.ts";

export interface Raised {
  readonly alarmId: string;
  /** How many the server says it is for. */
  readonly recipients: number;
}

export interface Target {
  readonly name: string;
  /** Process ids: the server whose CPU counts, and the history's database beside it if there is one. */
  readonly pids: { readonly server: number; readonly store?: number };
  /** Makes everything ready (body, signature) so that calling the result does nothing but the one request. */
  prepareRaise(round: number): () => Promise<Raised>;
  /** Ends the alarm, so that rounds do not pile up. */
  finish(alarmId: string): Promise<void>;
  /** How many receipts of this alarm the server has stored. */
  storedReceipts(alarmId: string): Promise<number>;
}

/** Milliseconds are counted from sending the request that raises the alarm. */
export interface Round {
  readonly alarmId: string;
  readonly answeredMs: number;
  readonly firstMs: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly lastMs: number;
  readonly received: number;
  readonly missed: number;
  readonly duplicates: number;
  /** Receipts that the devices sent and the server did not store. */
  readonly unstored: number;
  readonly serverUsPerDelivery: number;
  readonly storeUsPerDelivery: number;
  readonly clientUsPerDelivery: number;
  /** Processor time of everything else on this machine while the alarm was under way, in percent of one core. */
  readonly othersPercent: number;
  /** False when the server was still at work 15 seconds later; its CPU figure is then too low. */
  readonly quiet: boolean;
}

const RECEIVE_LIMIT_MS = 30_000;

/**
 * The servers must be quiet before.
 *
 * @throws Error when the request fails, the alarm is for others than the open devices, or a device is lost
 */
export async function measureRound(target: Target, fleet: Fleet, round: number): Promise<Round> {
  const { server, store } = target.pids;
  const pids = store === undefined ? [server] : [server, store];
  const raise = target.prepareRaise(round);

  const machineBefore = machineCpuMs();
  const serverBefore = cpuMs(server);
  const storeBefore = store === undefined ? 0 : cpuMs(store);
  const clientBefore = process.cpuUsage();
  const start = performance.now();
  const { alarmId, recipients } = await raise();
  const answeredMs = performance.now() - start;
  if (recipients !== fleet.size) {
    throw new Error(`${target.name} raised the alarm for ${recipients} recipients, and ${fleet.size} devices are open`);
  }
  const delivery = fleet.delivery(alarmId);
  await fleet.received(delivery, fleet.size, RECEIVE_LIMIT_MS);
  const client = process.cpuUsage(clientBefore);
  const wallMs = performance.now() - start;
  const ownMs = cpuMs(server) - serverBefore + (store === undefined ? 0 : cpuMs(store) - storeBefore);
  const othersMs = machineCpuMs() - machineBefore - ownMs - (client.user + client.system) / 1000;
  const wasQuiet = await quiet(pids);
  const serverMs = cpuMs(server) - serverBefore;
  const storeMs = store === undefined ? 0 : cpuMs(store) - storeBefore;

  const delays = delivery.delays(start);
  const received = delivery.received;
  const unstored = received - (await target.storedReceipts(alarmId));
  await target.finish(alarmId);
  return {
    alarmId,
    answeredMs,
    firstMs: delays[0] ?? Number.NaN,
    p50Ms: quantile(delays, 0.5),
    p99Ms: quantile(delays, 0.99),
    lastMs: delays.at(-1) ?? Number.NaN,
    received,
    missed: fleet.size - received,
    duplicates: delivery.duplicates,
    unstored,
    serverUsPerDelivery: (serverMs * 1000) / received,
    storeUsPerDelivery: (storeMs * 1000) / received,
    clientUsPerDelivery: (client.user + client.system) / received,
    othersPercent: Math.max(0, (othersMs / wallMs) * 100),
    quiet: wasQuiet,
  };
}
