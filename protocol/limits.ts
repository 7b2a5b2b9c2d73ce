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
  /** Staffing rules of one tenant, and requests to help out that are open at once. ours. */
  staffingRulesPerTenant: 300,
  openCoverRequests: 200,
  /** People asked by one request to help out, and its longest time, ms. ours. */
  coverAsked: 500,
  coverMs: 24 * 3_600_000,
  /** Requests to help out stay with the tenant for this long after their time, ms; the history keeps them. P13. */
  coverKeptMs: 92 * 24 * 3_600_000,
  /** Days of a forecast or simulation. ours. */
  forecastDays: 14,
  /** Counts of usual presence are kept for this many weeks (P17), and so many of them are taken an hour. ours. */
  usualWeeks: 6,
  usualCounts: 500,
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

  /** Shifts of a roster in one call. Issue 5, 4. */
  shiftsPerCall: 1_000,
  /** Rows of a roster's import, or of a template's expansion. ours. */
  shiftImportRows: 5_000,
  /** Shifts that a tenant holds, past ones too until they are forgotten. ours. */
  shiftsPerTenant: 100_000,
  /** Longest shift, ms: a week of duty. The roster's index looks back no further. ours. */
  shiftMs: 7 * 24 * 3_600_000,
  /** Shifts that are over stay with the tenant for this long, ms. P13. */
  shiftKeptMs: 92 * 24 * 3_600_000,
  shiftTemplatesPerTenant: 200,
  templateLines: 200,
  /** People asked by one offer of a shift, and open offers of one shift. ours (T18). */
  shiftOfferAsked: 500,
  offersPerShift: 20,
  /** Warned of an open shift so long before it begins, hours, unless the tenant says otherwise. Issue 5, 4. */
  shiftWarnHours: 24,

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

  /** Nobody counts as present after so long without a sign of what reported them, unless the site says otherwise. ours. */
  silenceMinutes: 10 * 60,
  /** Presence is counted for the statistics, and held against silence, at these times of the clock, ms. Issue 5, 7. */
  presenceGridMs: 15 * 60_000,
  /** Who came and went on sockets is told to the tenant this much later, all together, ms. ours. */
  reachBatchMs: 3_000,
  /** A site says again whose sockets are open after this, ms; what it said counts for twice as long and a little. ours. */
  reachRenewMs: 4 * 60_000,
  /** A device without a socket counts as reachable for so long after its last sign, ms. ours. */
  reachableMs: 30 * 60_000,
  /** Devices of which nothing was heard for so long are forgotten, ms. ours. */
  reachKeptMs: 8 * 24 * 3_600_000,
  /** People in one frame of a site's board. ours. */
  boardPeople: 1_000,
  kiosksPerTenant: 200,
  kioskCodeDigits: 8,
  /** Life of a code that a person's own device shows to a kiosk, ms. ours. */
  kioskQrMs: 60_000,
  /** Wrong codes at one kiosk before it takes none for the rest of `kioskTriesMs`. ours (T18). */
  kioskTries: 10,
  kioskTriesMs: 5 * 60_000,
  /** Shapes in one page: a shape has up to 2,000 points. ours. */
  shapesPerPage: 100,

  /** Blocks of one weekly pattern, exceptions and calendars of one person, days an organisation adds. ours. */
  availabilityBlocks: 50,
  availabilityExceptions: 200,
  calendarsPerPerson: 5,
  holidaysPerTenant: 200,
  /** Longest time that the availability of one person, and of many, may be asked for, ms. ours. */
  availabilityRangeMs: 92 * 24 * 3_600_000,
  availabilityListMs: 31 * 24 * 3_600_000,
  /** Past exceptions stay with the tenant for this long, ms. P13. */
  exceptionsKeptMs: 92 * 24 * 3_600_000,
  /** Bytes of a calendar, its events, and times in which one person is busy by it. ours (T21). */
  calendarBytes: 2 * 1024 * 1024,
  calendarEvents: 5_000,
  calendarBusy: 2_000,
  /** Steps of recurrence rules in one calendar: a rule may look for ever for a 30th of February. ours (T21). */
  calendarSteps: 200_000,
  /** How far ahead events are known, ms. ours. */
  calendarAheadMs: 400 * 24 * 3_600_000,
  /** How often an address is read, ms; how long it may take, and how often it may send on. ours. */
  calendarEveryMs: 15 * 60_000,
  calendarTimeoutMs: 15_000,
  calendarRedirects: 3,
  /** How far ahead a feed tells, ms. ours. */
  feedAheadMs: 60 * 24 * 3_600_000,

  /** People that a published statistic tells of at least; a tenant may go down to the least and never below. Issue 5, 7. */
  minimumGroup: 10,
  minimumGroupLeast: 5,
  /** Cells of one answer: a month of quarters, eight years of days. ours. */
  statisticsCells: 3_000,

  /** Characters of one chat message. ours. */
  messageCharacters: 4_000,
  messageMentions: 50,
  /** Kinds of reactions to one message, and people that one of them names. ours. */
  messageReactions: 20,
  messageReactors: 500,
  /** People that a group lists, guests of any room too. ours. */
  roomMembers: 500,
  /** Groups and notes of one tenant that are open. ours. */
  roomsPerTenant: 2_000,
  /** Bytes of one frame on a conversation's socket. threats.md 5, as on the main socket. */
  roomFrameBytes: 64 * 1024,
  /** Bytes of one frame of a note. What answers `step1` alone may have `documentBytes`, and counts for as many frames as it fills. ours. */
  noteFrameBytes: 256 * 1024,
  /** Messages a person's socket may send at once, and a second after that. threats.md 5: 100 a minute, burst 20. */
  roomBurst: 30,
  roomPerSecond: 5 / 3,
  /** Frames of y-websocket (typing, cursors, text of a note) at once, and a second after that. ours. */
  syncBurst: 200,
  syncPerSecond: 20,
  /** Sockets of one person in one room. ours. */
  roomSocketsPerPerson: 10,
  /** Sockets of one room. platform: 32,768; memory binds first. ours. */
  roomSockets: 5_000,
  /** Messages of one epoch; a new month begins one as well. Issue 6, 4. */
  epochMessages: 2_000,
  /** Chats are kept for this long after an epoch's last message, ms. P13. */
  messagesKeptMs: 92 * 24 * 3_600_000,
  /** Updates of one document before they are joined into a snapshot, and bytes of them. threats.md 5. */
  documentUpdates: 200,
  documentUpdateBytes: 256 * 1024,
  /** Bytes of a piece of a snapshot: a row holds 2 MB. platform. */
  snapshotPieceBytes: 1024 * 1024,
  /** Bytes of a document's encoded state; an epoch's is far below, a note's may not grow past it. threats.md 5. */
  documentBytes: 2 * 1024 * 1024,
  /** Bytes of a note kept free for making it smaller when it is full. ours. */
  noteSpareBytes: 256 * 1024,
  /** How deep elements of a note lie in each other, and Yjs client ids in one update of it. ours (T20). */
  noteDepth: 100,
  noteClientIds: 200,
  /** Bytes of one client's awareness, as JSON. threats.md 5. */
  awarenessBytes: 1024,
  /** Awareness of all clients goes out at most this often, ms. ours: 500 clients' renewals in one frame. */
  awarenessBatchMs: 200,
  /** Read and delivery marks are told and written at most this often, ms. ours. */
  marksBatchMs: 500,
  marksShown: 200,
  /** Versions of a note that can be brought back; the oldest go first. ours. */
  noteVersions: 200,
  /** A note's version is kept when it was written for so long, ms, or nobody wrote for the second one. ours. */
  noteVersionMs: 10 * 60_000,
  noteQuietMs: 60_000,
  /** Bytes of a photo as sent, and its longest side after it was encoded anew, pixels. threats.md 5. */
  photoBytes: 1024 * 1024,
  photoPixels: 1_600,
  /** Pixels of a photo as sent: decoding takes 8 to 11 bytes each of an isolate's 128 MB (docs/decisions/0027). platform. */
  photoSourcePixels: 8_300_000,
  /** Photos that a person may send at once, and a second after that: each holds workerd's thread. ours. */
  photoBurst: 10,
  photoPerSecond: 0.1,
  /** Photos of one room. ours. */
  photosPerRoom: 2_000,
  /** A photo that no message took is removed after this, ms. ours. */
  photoUnusedMs: 24 * 3_600_000,
  /** A mention or a direct message waits this long for being read before it is pushed, ms. ours. */
  messagePushDelayMs: 5_000,
  /** A call to a message that comes twice is known for this long, ms, and a push about one is of use for so long, s. ours. */
  roomCallsKeptMs: 7 * 24 * 3_600_000,
  messagePushTtlSeconds: 24 * 3_600,
  /** How soon a room tells the tenant what moved in it, ms. ours. */
  roomHeadsMs: 2_000,

  pageDefault: 50,
  pageMax: 200,
} as const;
