/** Realistic values of what the documents describe of rosters. */
const userId = "usr_b0XkW3nQp7LmT2vYc";
const roleId = "rol_f2HjU8sKd4QwZ1nMx";
const siteId = "sit_q9ZrE4hJk1NsD8uWf";
const shiftId = "shf_w7YtR2mKp9VbX4qLd";
const startsAt = "2026-11-23T08:00:00.000Z";
const endsAt = "2026-11-23T16:00:00.000Z";

const newShift = { siteId, roleId, startsAt, endsAt, userId, note: "Sleutels bij de balie" };
const shift = { shiftId, ...newShift };
const open = { shiftId, siteId, roleId, startsAt, endsAt, warnedAt: "2026-11-22T08:00:00.000Z" };
const line = { siteId, roleId, weekday: 1, from: "22:00", until: "06:00", userId, places: 2, note: "Nacht" };
const template = { name: "Nachten", lines: [line] };
const offer = {
  offerId: "ofr_k3NfH8cZs6JgT1wPv",
  shift,
  swapFor: { ...open, userId: "usr_c1YlX4oRq8MnU3wZd" },
  by: { userId, name: "Jan de Vries" },
  to: ["usr_c1YlX4oRq8MnU3wZd"],
  note: "Tandarts",
  state: "accepted",
  createdAt: "2026-11-20T10:00:00.000Z",
  acceptedBy: "usr_c1YlX4oRq8MnU3wZd",
  closedAt: "2026-11-20T11:00:00.000Z",
  acceptable: false,
};
const error = { row: 3, path: "role", code: "not_found", message: "no role, or not one, of this name" };
const csv = "site,role,person,start,end\nHoofdkantoor,BHV,j.devries,2026-11-23 09:00,2026-11-23 17:00\n";

export const rosterExamples: Record<string, unknown[]> = {
  ExpandTemplate: [{ from: "2026-11-23", weeks: 8 }],
  ExpiringQualification: [{ userId, name: "Jan de Vries", roleId, validUntil: "2026-11-01", expired: true }],
  NewShift: [newShift],
  NewShiftOffer: [{ to: [userId], note: "Tandarts" }, { swapFor: shiftId }, {}],
  NewShifts: [{ shifts: [newShift] }],
  NewShiftTemplate: [template],
  RosterSettings: [{ warnHours: 24 }],
  Shift: [shift, open],
  ShiftImport: [{ format: "csv", text: csv, siteId, roleId }],
  ShiftImportResult: [{ created: 12, updated: 1, unchanged: 80, errors: [error] }],
  ShiftOffer: [offer],
  ShiftOfferState: ["open", "lapsed"],
  ShiftPatch: [
    { userId: null, note: null },
    { siteId, roleId, startsAt, endsAt, userId, note: "Sleutels" },
  ],
  Shifts: [{ shifts: [shift] }],
  ShiftTemplate: [{ templateId: "wkt_p5QxS7dLf0WrY2jBn", ...template }],
  ShiftTemplatePatch: [template],
  TemplateLine: [line],
};
