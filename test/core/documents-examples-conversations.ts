/** Realistic values of what the documents say about conversations (documents-examples.ts). */
const conversationId = "cnv_r4TkW9mQz7LxB2yNf";
const messageId = "msg_8dKq3VnX5sPzR7tGh";
const photoId = "pho_w6YbC1vJm4HsQ9xEu";
const userId = "usr_b0XkW3nQp7LmT2vYc";
const other = "usr_k7HsD4wZc9TgN2mRq";
const alarmId = "alm_V1StGXR8_Z5jdHi6B";
const at = "2026-11-23T09:41:07.412Z";
const later = "2026-11-23T10:02:55.000Z";

const photo = { photoId, width: 1600, height: 1200, bytes: 412_007 };
const message = {
  messageId,
  seq: 42,
  at,
  authorId: userId,
  text: "Wie heeft de sleutel van de lift?",
  mentions: [other],
  reactions: { "👍": [other] },
};
const answered = { type: "answered", alarmId, coming: [userId], onScene: [], notComing: [other] };
const event = { messageId: "evt_t5NcX8kWb2QyL6jFa", seq: 43, at, event: answered };
const gone = { messageId: "msg_p2MdZ6rTg9BvK4sHy", seq: 41, at, authorId: other, replyTo: messageId, gone: "deleted" };
const epoch = { epoch: "2.0", firstSeq: 31, messages: 13, startedAt: at };
const state = {
  conversationId,
  form: "chat",
  state: "open",
  mayWrite: true,
  epoch: "2.0",
  epochs: [epoch, { epoch: "1.0", firstSeq: 1, messages: 30, startedAt: at, endedAt: later }],
  lastSeq: 43,
  marks: [{ userId, received: 43, read: 42 }],
};
const conversation = {
  conversationId,
  form: "chat",
  kind: "everyone",
  title: "Iedereen",
  state: "open",
  createdAt: at,
};

export const conversationExamples: Readonly<Record<string, readonly unknown[]>> = {
  AcceptedMessage: [{ messageId, seq: 42, at }],
  Conversation: [
    { ...conversation, lastSeq: 43, lastAt: later, unread: 1 },
    { ...conversation, kind: "direct", title: "Jan de Vries", withUserId: other },
    { ...conversation, kind: "incident", incidentId: "inc_c3XzH7kPm9TqW4vLs", state: "closed", guest: true },
  ],
  ConversationMember: [
    { userId, name: "Jan de Vries" },
    { userId: other, name: "Els Bakker", guest: true },
  ],
  ConversationPatch: [{ title: "Ploeg noord" }, { state: "closed" }],
  ConversationState: [state],
  EpochInfo: state.epochs,
  Mark: state.marks,
  Message: [message, event, gone, { ...message, photo, editedAt: later }],
  MessagePatch: [{ text: "Wie heeft de sleutel van lift 2?", mentions: [other] }],
  NewConversation: [
    { kind: "direct", userId: other },
    { kind: "group", title: "Ploeg noord", userIds: [userId, other] },
    { kind: "site", form: "note", title: "Ontruimingsplan", siteId: "sit_q9ZrE4hJk1NsD8uWf" },
    { kind: "incident", form: "note", title: "Verslag", incidentId: "inc_c3XzH7kPm9TqW4vLs" },
  ],
  NewMessage: [
    { messageId, text: message.text, mentions: [other], replyTo: gone.messageId },
    { messageId, photoId },
  ],
  NewReaction: [{ emoji: "👍", on: true }],
  NoteText: [{ version: 7, at, text: "Verzamelen bij de noorduitgang.\nBel de portier." }],
  NoteVersion: [
    { version: 7, at, authorIds: [userId, other], characters: 812 },
    { version: 8, at: later, authorIds: [], characters: 640, restoredFrom: 3 },
  ],
  Photo: [photo],
  ReadMark: [{ read: 43 }],
  RoomEvent: [
    answered,
    { type: "alarmRaised", alarmId, kind: "actual", title: "Brand in hal 3", recipients: 12 },
    { type: "widened", alarmId, name: "Buurpand", people: 4 },
    { type: "reAlarmed", alarmId, people: 3 },
    { type: "filled", alarmId, met: true },
    { type: "stoodDown", alarmId, reason: "over", text: "Loos alarm" },
    { type: "reopened", alarmId },
    { type: "noted", userId, text: "Brandweer is gebeld." },
    { type: "closed" },
    { type: "opened" },
  ],
};

/** Without reactions: these are told by whatever emoji, so that one field more is one more of them. */
const { reactions: _, ...plain } = message;

/** Frames of a conversation's socket. */
export const roomFrames: Readonly<Record<string, readonly object[]>> = {
  "roomClient.hello": [{ type: "hello" }, { type: "hello", messages: true, lastSeq: 41 }],
  "roomClient.send": [
    { type: "send", messageId, text: message.text, mentions: [other], replyTo: gone.messageId },
    { type: "send", messageId, photoId },
  ],
  "roomClient.edit": [{ type: "edit", messageId, text: "Wie heeft de sleutel van lift 2?" }],
  "roomClient.delete": [{ type: "delete", messageId }],
  "roomClient.react": [{ type: "react", messageId, emoji: "👍", on: true }],
  "roomClient.read": [{ type: "read", read: 43 }],
  "roomClient.received": [{ type: "received", received: 43 }],
  "roomClient.ping": [{ type: "ping" }],
  "roomServer.room": [
    {
      type: "room",
      conversationId,
      form: "chat",
      state: "open",
      mayWrite: true,
      epoch: "2.0",
      document: "2.0",
      lastSeq: 43,
      serverTime: at,
      more: true,
    },
  ],
  "roomServer.message": [
    { type: "message", message: plain },
    { type: "message", message: event },
    { type: "message", message: gone },
  ],
  "roomServer.accepted": [{ type: "accepted", of: "send", messageId, seq: 42, at }],
  "roomServer.marks": [{ type: "marks", marks: state.marks }],
  "roomServer.error": [{ type: "error", code: "conflict", message: "this messageId is taken", ref: messageId }],
  "roomServer.pong": [{ type: "pong" }],
};
