import { Duty, DutyReport, NewQualifications, Qualifications } from "../readiness.ts";

/** Names in the documents for duty and certificates. */
export const readinessNames = { Duty, DutyReport, NewQualifications, Qualifications } as const;
