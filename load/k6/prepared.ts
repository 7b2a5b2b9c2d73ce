/** The tenant that `run-k6.ts` made: read once by each virtual user, which k6 allows while it starts only. */
import type { Prepared } from "../churn/prepared.ts";
import { tenantFile } from "./parameters.ts";

const tenant = JSON.parse(open(tenantFile)) as Prepared;

export const readTenant = (): Prepared => tenant;
