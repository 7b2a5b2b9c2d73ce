/**
 * Projections of conversations (history/projections/all.ts says how they are run). Text that was taken back, erased or ended at
 * its term must not come in again with a record that was parked meanwhile, so what took it away is remembered: in the message's
 * own row, in `message_erasures` and in `conversations.removed_up_to`. Whatever comes asks these three (P13, P18).
 */

/** Of two the larger version holds. A row may be there already, for the term of its epochs alone. */
export const saved = `
  INSERT INTO conversations (tenant_id, conversation_id, form, kind, title, site_id, role_id, incident_id, created_at, closed, version)
  SELECT e.tenant_id, e.entity, e.body ->> 'form', e.body ->> 'kind', e.body ->> 'title', e.body ->> 'siteId', e.body ->> 'roleId',
    e.body ->> 'incidentId', e.body ->> 'createdAt', e.body ->> 'closed', e.body ->> 'version'
  FROM events e WHERE e.event_id = ?1
  ON CONFLICT (tenant_id, conversation_id) DO UPDATE SET form = excluded.form, kind = excluded.kind, title = excluded.title,
    site_id = excluded.site_id, role_id = excluded.role_id, incident_id = excluded.incident_id,
    created_at = excluded.created_at, closed = excluded.closed, version = excluded.version
  WHERE conversations.version IS NULL OR excluded.version > conversations.version`;

const event = `FROM events e LEFT JOIN conversations c ON c.tenant_id = e.tenant_id AND c.conversation_id = e.entity
  WHERE e.event_id = ?1 AND e.body ->> 'seq' > coalesce(c.removed_up_to, 0)`;

/** Whether an erasure covers what this person wrote under that number. */
const erased = (author: string): string => `EXISTS (SELECT 1 FROM message_erasures x WHERE x.tenant_id = e.tenant_id
    AND x.conversation_id = e.entity AND x.user_id = ${author} AND x.up_to_seq >= e.body ->> 'seq')`;
const author = "e.body ->> 'authorId'";

/** `erased` stands over `deleted`: an erased person is nobody's author any more. */
const gone =
  "CASE WHEN 'erased' IN (excluded.gone, messages.gone) THEN 'erased' ELSE coalesce(messages.gone, excluded.gone) END";
const isGone = "coalesce(excluded.gone, messages.gone) IS NOT NULL";
const unlessGone = (value: string): string => `CASE WHEN ${isGone} THEN NULL ELSE ${value} END`;
const authorUnlessErased = (value: string): string =>
  `CASE WHEN 'erased' IN (excluded.gone, messages.gone) THEN NULL ELSE ${value} END`;
/** A row counts from when its message was sent; until that is known, from the earliest that is known of it. */
const earliest = "CASE WHEN messages.epoch IS NULL THEN min(messages.at, excluded.at) ELSE messages.at END";

/** An edit may be here before it: then its text stays. Sent again when its words are out of the log, it says less than before. */
export const sent = `
  INSERT INTO messages (tenant_id, conversation_id, message_id, seq, epoch, at, author_id, text, reply_to, photo_id, event, gone)
  SELECT e.tenant_id, e.entity, e.body ->> 'messageId', e.body ->> 'seq', e.body ->> 'epoch', e.at,
    iif(${erased(author)}, NULL, ${author}), iif(${erased(author)}, NULL, e.body ->> 'text'), e.body ->> 'replyTo',
    iif(${erased(author)}, NULL, e.body ->> 'photoId'), e.body ->> '$.event.type', iif(${erased(author)}, 'erased', NULL)
  ${event}
  ON CONFLICT (tenant_id, conversation_id, message_id) DO UPDATE SET seq = excluded.seq, epoch = excluded.epoch,
    at = excluded.at, author_id = ${authorUnlessErased("excluded.author_id")},
    text = ${unlessGone("iif(messages.edited_at IS NULL, excluded.text, messages.text)")}, reply_to = excluded.reply_to,
    photo_id = ${unlessGone("excluded.photo_id")}, event = coalesce(messages.event, excluded.event), gone = ${gone}, edited_at = ${unlessGone("messages.edited_at")}`;

/** The latest edit holds: the actor gives each of a message's a later time. */
export const edited = `
  INSERT INTO messages (tenant_id, conversation_id, message_id, seq, at, author_id, text, edited_at, gone)
  SELECT e.tenant_id, e.entity, e.body ->> 'messageId', e.body ->> 'seq', e.at, iif(${erased(author)}, NULL, ${author}),
    iif(${erased(author)}, NULL, e.body ->> 'text'), iif(${erased(author)}, NULL, e.at), iif(${erased(author)}, 'erased', NULL)
  ${event}
  ON CONFLICT (tenant_id, conversation_id, message_id) DO UPDATE SET at = ${earliest},
    author_id = ${authorUnlessErased("excluded.author_id")},
    text = ${unlessGone("iif(excluded.edited_at > coalesce(messages.edited_at, 0), excluded.text, messages.text)")},
    photo_id = ${unlessGone("messages.photo_id")}, gone = ${gone},
    edited_at = ${unlessGone("max(excluded.edited_at, coalesce(messages.edited_at, 0))")}`;

export const deleted = `
  INSERT INTO messages (tenant_id, conversation_id, message_id, seq, at, gone)
  SELECT e.tenant_id, e.entity, e.body ->> 'messageId', e.body ->> 'seq', e.at, 'deleted' ${event}
  ON CONFLICT (tenant_id, conversation_id, message_id) DO UPDATE SET at = ${earliest}, text = NULL, edited_at = NULL,
    photo_id = NULL, gone = coalesce(messages.gone, excluded.gone)`;

export const erasureKept = `
  INSERT INTO message_erasures (tenant_id, conversation_id, user_id, up_to_seq)
  SELECT e.tenant_id, e.entity, e.body ->> 'userId', e.body ->> 'upToSeq' FROM events e WHERE e.event_id = ?1
  ON CONFLICT (tenant_id, conversation_id, user_id) DO UPDATE SET up_to_seq = excluded.up_to_seq
  WHERE excluded.up_to_seq > up_to_seq`;

export const authorErased = `
  UPDATE messages SET text = NULL, edited_at = NULL, photo_id = NULL, author_id = NULL, gone = 'erased'
  FROM events e WHERE e.event_id = ?1 AND messages.tenant_id = e.tenant_id AND messages.conversation_id = e.entity
    AND messages.author_id = e.body ->> 'userId' AND messages.seq <= e.body ->> 'upToSeq'`;

export const termKept = `
  INSERT INTO conversations (tenant_id, conversation_id, removed_up_to)
  SELECT e.tenant_id, e.entity, e.body ->> 'upToSeq' FROM events e WHERE e.event_id = ?1
  ON CONFLICT (tenant_id, conversation_id) DO UPDATE SET removed_up_to = excluded.removed_up_to
  WHERE removed_up_to IS NULL OR excluded.removed_up_to > removed_up_to`;

export const epochRemoved = `
  DELETE FROM messages WHERE (tenant_id, conversation_id) = (SELECT tenant_id, entity FROM events WHERE event_id = ?1)
    AND seq <= (SELECT body ->> 'upToSeq' FROM events WHERE event_id = ?1)`;

// ------------------------------------------------------------------------------------------ the same in the log

/** Takes what was said out of the log's rows; that something was said, when and by whom, is the log's. None of them is chained. */
const scrub = "UPDATE events SET body = json_remove(events.body, '$.text', '$.mentions', '$.photoId', '$.event')";
/** Rows of the same conversation as the record that takes away. */
const ofTheSame = `events.tenant_id = e.tenant_id AND events.entity = e.entity
    AND events.type IN ('message.sent', 'message.edited')`;

export const deletedFromLog = `
  ${scrub} FROM events e WHERE e.event_id = ?1 AND ${ofTheSame} AND events.body ->> 'messageId' = e.body ->> 'messageId'`;

/** A line of an incident's log is its author's too, though the room's own message tells it. */
export const erasedFromLog = `
  ${scrub} FROM events e WHERE e.event_id = ?1 AND ${ofTheSame} AND events.body ->> 'seq' <= e.body ->> 'upToSeq'
    AND e.body ->> 'userId' IN (events.body ->> 'authorId', events.body ->> '$.event.userId')`;

export const removedFromLog = `
  ${scrub} FROM events e WHERE e.event_id = ?1 AND ${ofTheSame} AND events.body ->> 'seq' <= e.body ->> 'upToSeq'`;

/** The record itself, when it comes after what took its words away. */
export const keptFromLog = `
  ${scrub} WHERE event_id = (
    SELECT e.event_id FROM events e LEFT JOIN conversations c ON c.tenant_id = e.tenant_id AND c.conversation_id = e.entity
    WHERE e.event_id = ?1 AND (
      e.body ->> 'seq' <= c.removed_up_to OR ${erased(author)} OR ${erased("e.body ->> '$.event.userId'")}
      OR EXISTS (SELECT 1 FROM messages m WHERE m.tenant_id = e.tenant_id AND m.conversation_id = e.entity
        AND m.message_id = e.body ->> 'messageId' AND m.gone IS NOT NULL)))`;

/** The people whom a record of a note names, without some. That it was written and when is the log's; whose the text is goes (P18). */
const authorsWithout = (erased: string): string => `UPDATE events SET body = json_set(events.body, '$.authorIds', json((
    SELECT json_group_array(a.value) FROM json_each(events.body, '$.authorIds') a WHERE NOT (${erased}))))`;
/** Without this a row that names nobody of them would be written anew as well. */
const names = (erased: string): string =>
  `EXISTS (SELECT 1 FROM json_each(events.body, '$.authorIds') a WHERE ${erased})`;

const erasedNow = "a.value = e.body ->> 'userId'";
export const authorErasedFromNotes = `
  ${authorsWithout(erasedNow)} FROM events e WHERE e.event_id = ?1 AND events.tenant_id = e.tenant_id AND events.entity = e.entity
    AND events.type = 'note.written' AND ${names(erasedNow)}`;

/** A record of a note that was parked while somebody in it was erased. */
const erasedBefore = `a.value IN (SELECT x.user_id FROM message_erasures x
    WHERE x.tenant_id = events.tenant_id AND x.conversation_id = events.entity)`;
export const noteKeptWithoutErased = `
  ${authorsWithout(erasedBefore)} WHERE event_id = ?1 AND ${names(erasedBefore)}`;
