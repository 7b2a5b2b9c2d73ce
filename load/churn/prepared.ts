/** What `run-k6.ts` hands to presence-churn in a file. Imports nothing, because k6 reads it too. */
export interface Prepared {
  readonly slug: string;
  readonly adminToken: string;
  readonly siteIds: readonly string[];
  /** Of the devices that k6 opens. */
  readonly walkerTokens: readonly string[];
}
