/**
 * Every limit of the system, once, with its source. "ours" means chosen here; "platform" is a hard limit of Durable
 * Objects, workerd or sqld that ours stays under.
 */
export const limits = {
  /** Bytes of an HTTP body. wire.md, 413. */
  bodyBytes: 64 * 1024,
  /** Bytes of a users' import. wire.md, 413. */
  importBytes: 8 * 1024 * 1024,
  /** Rows of a users' import. wire.md. */
  importRows: 10_000,
  /** Nesting of a JSON body; a GeoJSON MultiPolygon in a site needs 7. ours (T20, T21). */
  jsonDepth: 24,

  /** Ids of one kind in `targets`. wire.md. */
  targetIds: 1_000,
  /** Users of one tenant: their ids (25 bytes each) must fit one SQLite value of 2 MB. platform. */
  usersPerTenant: 50_000,
  rolesPerTenant: 500,
  sitesPerTenant: 1_000,
  zonesPerSite: 500,
  /** Sites that border on one. ours. */
  neighboursPerSite: 50,
  scenariosPerTenant: 500,
  integrationsPerTenant: 200,
  /** Recurring test alarms. ours. */
  testPlansPerTenant: 50,
  /** People listed in each part of a preview; totals count everybody. ours. */
  previewPeople: 1_000,
  /** Escalation steps of one scenario. ours. */
  escalationSteps: 20,
  /** Rungs of one fallback ladder. ours. */
  ladderRungs: 10,
  /** Longest time in an alarm's course, s: a day. ours. */
  courseSeconds: 86_400,
  /** Vertices of the shape of a site or zone. ours. */
  shapePoints: 2_000,

  /** Enrolment codes asked for in one call. wire.md. */
  enrolmentsPerCall: 1_000,
  /** Life of an enrolment code, ms. wire.md: 15 minutes. */
  enrolmentMs: 15 * 60_000,
  /** Life of a socket ticket, ms. wire.md: 30 s. */
  ticketMs: 30_000,
  /** Life of an invitation, ms. ours. */
  invitationMs: 14 * 24 * 3_600_000,
  /** Life of a person's session, ms. ours; shorter than a device's because it may do more (threats 1, "Timeouts"). */
  sessionMs: 12 * 3_600_000,
  /** Life of a device's session, ms: long, because a phone that is logged out misses alarms. ours. */
  deviceSessionMs: 400 * 24 * 3_600_000,
  passwordMin: 12,
  passwordMax: 256,

  /** How long an Idempotency-Key is remembered, ms. wire.md. */
  idempotencyMs: 24 * 3_600_000,
  /** How long a webhook-id is remembered, ms: longer than any sender retries. threats.md 2. */
  webhookIdMs: 7 * 24 * 3_600_000,

  /** Bytes of one socket frame. wire.md, 4400. */
  frameBytes: 64 * 1024,
  /** Undecodable frames before a socket is closed. wire.md, 4400. */
  badFrames: 3,
  /** Time for a client's `hello`, ms. wire.md, 4408. */
  helloMs: 10_000,
  /** Messages a socket may send at once, and per second after that. ours, 4429; a device that comes back may owe
   * a receipt and a `seen` for every alarm it missed. */
  socketBurst: 400,
  socketPerSecond: 20,
  /** Open sockets of one person; the oldest is closed. ours (T21). */
  socketsPerPerson: 20,

  /** Receipts wait this long to be written together, ms. design.md 4. */
  receiptBatchMs: 100,
  /** Unreceipted sockets are sent to again after these times since the first sending, ms. Issue 3, "Deliver". */
  resendAfterMs: [5_000, 10_000, 20_000],
  /** After this time without a receipt a recipient counts as not reached, ms (it may still come). ours. */
  notReachedAfterMs: 30_000,
  /** Least time between two `alarmUpdate` or `board` messages of one alarm, ms: four a second. wire.md. */
  updateMs: 250,
  /** How long a site keeps alarms for devices that come back, ms. ours. */
  resumeMs: 7 * 24 * 3_600_000,

  /** After its end an alarm can be opened again for this long, ms. Issue 4, 7. */
  reopenMs: 10 * 60_000,
  /** Alarms one person may raise within `floodMs` before each further one needs `confirm` (T18). ours. */
  floodAlarms: 100,
  floodMs: 60_000,
  /** How long a push or message about an open alarm is of use, s. ours. */
  alarmTtlSeconds: 3_600,
  /** The same signal of an integration within this time of the last is a repeat, s, unless it says otherwise. ours. */
  mergeSeconds: 60,
  /** Forgotten alarms: reminder and end, minutes since the alarm was raised, unless the scenario says otherwise. ours. */
  remindMinutes: 60,
  endMinutes: 12 * 60,

  musterPointsPerSite: 50,
  /** Roll-calls open at once in one tenant: every report of presence is held against each. ours. */
  openRollCalls: 20,
  /** Visitors counted in one roll-call. ours. */
  rollCallVisitors: 100_000,
  /** Lines ticked off in one call: they fit the common limit of a body. ours. */
  rollCallTicks: 400,
  /** How long ago an own check-in of a device that was offline may have been made, s. ours. */
  checkInSecondsAgo: 86_400,
  /** A roll-call that nobody closes closes by itself after this, ms. ours. */
  rollCallMs: 24 * 3_600_000,
  /** Closed roll-calls stay with the tenant for this long, ms; the history keeps them. P13. */
  rollCallKeptMs: 92 * 24 * 3_600_000,
  /** Devices that come back within this time hear that a roll-call of theirs was closed, ms. ours. */
  rollCallEchoMs: 24 * 3_600_000,

  /** Contacts outside of one tenant. ours. */
  contactsPerTenant: 500,
  /** Life of an answer link, ms, while its alarm is open. ours. */
  answerLinkMs: 60 * 60_000,
  /** Bytes of a provider's receipt. ours. */
  receiptBytes: 64 * 1024,
  /** Sends and dead letters stay with the tenant for this long, ms; the history keeps what they came to. ours. */
  sendsKeptMs: 30 * 24 * 3_600_000,
  /** Life of a code that proves an address, ms, and tries at it. ours. */
  verificationMs: 10 * 60_000,
  verificationTries: 5,
  /** Least time between two codes for one address of one person, ms, and the most of them in an hour. ours (T18). */
  verificationEveryMs: 60_000,
  verificationsPerHour: 5,

  /** Statements of one libSQL batch. ours (D). */
  historyBatch: 100,
  /** Time limit of one request to libSQL, ms. ours (D). */
  historyTimeoutMs: 10_000,
  /** Tries before an outbox row is parked and reported. B1. */
  outboxAttempts: 10,

  pageDefault: 50,
  pageMax: 200,
} as const;
