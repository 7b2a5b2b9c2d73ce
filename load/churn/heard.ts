/** What became of one alarm at the devices that only listen. Imports nothing, because k6 reads it too. */
export interface Heard {
  readonly missed: number;
  readonly duplicates: number;
  /** From just before the request that raised it to its arrival, ms. */
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly lastMs: number;
  /** Longest time that the listening program itself was held up meanwhile, ms. A part of it is reading the alarms themselves. */
  readonly lagMs: number;
  /** Processor time of all that is not this run, in percent of one core. */
  readonly othersPercent: number;
}
