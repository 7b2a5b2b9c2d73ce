/** Realistic values of what the documents say about duty and certificates (documents-examples.ts). */
const userId = "usr_b0XkW3nQp7LmT2vYc";
const roleId = "rol_f2HjU8sKd4QwZ1nMx";
const since = "2026-11-23T06:00:00.000Z";
const until = "2026-11-23T18:00:00.000Z";

export const readinessExamples: Readonly<Record<string, readonly unknown[]>> = {
  Duty: [{ userId, onDuty: true, until, since }],
  DutyReport: [{ onDuty: true, until }, { onDuty: false }],
  NewQualifications: [{ qualifications: [{ roleId, validUntil: "2027-03-31" }] }, { qualifications: [] }],
  Qualifications: [{ userId, qualifications: [{ roleId, validUntil: "2026-11-01", expired: true }] }],
};
