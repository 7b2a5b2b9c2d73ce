/** Realistic values of what an alarm's life is described by, for the tests of the documents. */
const alarmId = "alm_V1StGXR8_Z5jdHi6B";
const userId = "usr_b0XkW3nQp7LmT2vYc";
const siteId = "sit_q9ZrE4hJk1NsD8uWf";
const roleId = "rol_f2HjU8sKd4QwZ1nMx";
const incidentId = "inc_r7GbM2xPz5LkV9sTd";
const contactId = "con_w4HnC8vRj1QyB6mZa";
const at = "2026-11-23T09:41:07.412Z";
const later = "2026-11-23T10:02:55.000Z";

const step = {
  name: "Buurlocaties",
  afterSeconds: 120,
  when: { type: "unfilled" },
  action: { type: "widen", targets: { roles: [roleId] }, conditions: { available: true } },
};
const rung = { criterion: "received", withinSeconds: 15, channel: "sms" };
const fill = { filled: false, roles: [{ roleId, count: 2, coming: 1 }] };
const channelTry = { channel: "sms", state: "failed", at, reason: "unreachable" };
const stepState = { step: 0, name: step.name, state: "fired", dueAt: at, firedAt: at, cause: "condition", people: 4 };
const incident = {
  incidentId,
  title: "Brand in hal 3",
  kind: "exercise",
  state: "closed",
  openedAt: at,
  closedAt: later,
  severity: "Severe",
  category: "Fire",
  alarmIds: [alarmId],
};
const note = { noteId: "not_e5TcK9bWm3XfU7qLs", at, userId, name: "Jan de Vries", text: "Hoofdkraan dicht." };
const participant = { userId, name: "Jan de Vries", as: "coordinator" };
const previewed = { userId, name: "Jan de Vries", roleIds: [roleId], device: false, channels: ["sms"], visiting: true };

export const alarmExamples: Readonly<Record<string, readonly unknown[]>> = {
  Attachments: [[{ title: "Plattegrond", url: "https://intranet.example/plattegrond.pdf" }]],
  Category: ["Fire"],
  Channel: ["voice"],
  ChannelState: ["delivered"],
  ChannelTry: [channelTry],
  Conditions: [{ present: true, available: true, onDuty: true, qualified: true, visitors: "whenNeeded" }],
  Escalate: [{}, { step: 2 }],
  Escalation: [[step]],
  EscalationStep: [step],
  Explanation: [
    { userId, name: "Jan de Vries", alarmed: false, reason: "unavailable" },
    {
      userId,
      name: "Jan de Vries",
      alarmed: true,
      state: "notReached",
      notReached: "noReceipt",
      step: 1,
      channels: [channelTry],
    },
  ],
  Fill: [fill],
  Forgotten: [{ remindMinutes: 60, endMinutes: 720 }],
  Incident: [incident],
  IncidentRecord: [{ ...incident, notes: [note], participants: [participant] }],
  Instructions: [[{ roleId, text: "Neem de AED mee." }]],
  Ladder: [[rung]],
  LeftOutReason: ["offDuty"],
  NewNote: [{ text: note.text }],
  Note: [note],
  Participant: [participant],
  Parts: [{ sender: "Meldkamer", when: "{time}", danger: "Rook", where: "{where}", action: "Ga naar de uitgang" }],
  Preview: [
    {
      recipients: [previewed],
      leftOut: [{ userId, name: "Anna Jansen", reason: "notPresent" }],
      totals: { recipients: 1, unreachable: 0, leftOut: { notPresent: 1 } },
      fill,
    },
  ],
  PreviewedRecipient: [previewed],
  ReAlarm: [{ who: "unanswered" }],
  Rung: [rung],
  Severity: ["Severe"],
  StepAction: [step.action, { type: "contacts", contactIds: [contactId] }, { type: "reAlarm", who: "all" }],
  StepCondition: [step.when, { type: "noReceipt", percent: 20 }, { type: "roleMissing", roleId }],
  StepState: [stepState],
  Values: [{ where: "hal 3", siteName: siteId }],
  WhenFilled: ["collect"],
};
