import { createHash } from "node:crypto";
import type { RecordType } from "../../protocol/records.ts";

/**
 * The hash chain that makes a record tamper-evident (T25): each actor chains what it writes about one alarm or incident. A
 * link holds the hash of the body and not the body, and that hash is salted: when a body is erased with its salt (a person's
 * right), the chain still verifies and nobody can find the body again by trying. docs/record.md says what this proves.
 */
export interface Link {
  n: number;
  eventId: string;
  type: string;
  entity: string;
  at: number;
  byType: string;
  byId: string;
  bodyHash: string;
}

/** Where an actor's chain of one thing ends, as the actor itself holds it. */
export interface ChainHead {
  /** Number of links; 0 before the first. */
  n: number;
  hash: string;
  /** Events from before there was a chain: they are in the history without one. */
  unchained: number;
  /** Links that the outbox has not brought to the history yet, as runs; `hash` is that of the run's last link. */
  waiting: { from: number; to: number; hash: string }[];
}

/** Everything of an alarm and of an incident is chained; the directory's copies are not. */
export const isChained = (type: RecordType): boolean => type.startsWith("alarm.") || type.startsWith("incident.");

const sha256 = (...parts: string[]): string => {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return hash.digest("base64url");
};

/** What the first link follows: a chain cannot be passed off as another tenant's, actor's or alarm's. */
export const chainStart = (tenantId: string, source: string, entity: string): string =>
  sha256(JSON.stringify(["standby chain 1", tenantId, source, entity]));

/** The salt has a fixed length, so that salt and text cannot be divided in another way. */
export const bodyHashOf = (salt: string, body: string): string => sha256(salt, body);

/** As a JSON array, whose parts cannot run into each other. */
export const linkHash = (previous: string, link: Link): string => {
  const { n, eventId, type, entity, at, byType, byId, bodyHash } = link;
  return sha256(JSON.stringify([previous, n, eventId, type, entity, at, byType, byId, bodyHash]));
};
