import { and, eq, gt, lte, sql } from "drizzle-orm";
import type { Database } from "../../kernel/database.ts";
import { sameText } from "../../kernel/hashes.ts";
import { codes, sessions } from "../tenant-tables.ts";
import type { SessionKind } from "./permissions.ts";

export interface KeptSession {
  sessionId: string;
  userId: string;
  kind: SessionKind;
  secretHash: string;
  /** A session of a page counts as a device of its own. */
  deviceId: string;
  deviceName?: string;
  platform?: string;
  createdAt: number;
  expiresAt: number;
}

/** Prepared once: every call of the tenant asks it first. */
const prepareFind = (database: Database) =>
  database
    .select()
    .from(sessions)
    .where(eq(sessions.sessionId, sql.placeholder("sessionId")))
    .prepare();

/** Sessions and one-time codes. Only hashes of secrets are here. */
export class SessionStore {
  #database: Database;
  #find: ReturnType<typeof prepareFind>;
  #perPerson: Map<string, number> | undefined;
  /** Grows when sessions may have ended: for those who keep something by session. */
  changes = 0;

  constructor(database: Database) {
    this.#database = database;
    this.#find = prepareFind(database);
  }

  add(session: KeptSession): void {
    this.#database.insert(sessions).values(session).run();
    if (this.#perPerson !== undefined)
      this.#perPerson.set(session.userId, (this.#perPerson.get(session.userId) ?? 0) + 1);
  }

  /** The session, when the secret is its own and its time is not over. */
  find(sessionId: string, secretHash: string, now: number): KeptSession | undefined {
    const [row] = this.#find.all({ sessionId });
    if (row === undefined || row.expiresAt <= now || !sameText(row.secretHash, secretHash)) return undefined;
    return toSession(row);
  }

  end(sessionId: string): void {
    this.#database.delete(sessions).where(eq(sessions.sessionId, sessionId)).run();
    this.forget();
  }

  of(userId: string): KeptSession[] {
    return this.#database.select().from(sessions).where(eq(sessions.userId, userId)).all().map(toSession);
  }

  /** Whether somebody has any device or page that could receive an alarm. */
  hasDevice(userId: string, now: number): boolean {
    this.#perPerson ??= this.#count(now);
    return this.#perPerson.has(userId);
  }

  addCode(hash: string, purpose: "invitation" | "enrolment", userId: string, expiresAt: number): void {
    this.#database.insert(codes).values({ hash, purpose, userId, expiresAt }).run();
  }

  /** Uses a code up. Used, expired and unknown ones answer the same. */
  takeCode(hash: string, purpose: "invitation" | "enrolment", now: number): string | undefined {
    const [row] = this.#database
      .delete(codes)
      .where(and(eq(codes.hash, hash), eq(codes.purpose, purpose)))
      .returning()
      .all();
    return row === undefined || row.expiresAt <= now ? undefined : row.userId;
  }

  /** Whether a code would work, without using it. */
  knowsCode(hash: string, purpose: "invitation" | "enrolment", now: number): boolean {
    const found = this.#database
      .select({ hash: codes.hash })
      .from(codes)
      .where(and(eq(codes.hash, hash), eq(codes.purpose, purpose), gt(codes.expiresAt, now)))
      .all();
    return found.length > 0;
  }

  removeCodes(userId: string, purpose: "invitation" | "enrolment"): void {
    this.#database
      .delete(codes)
      .where(and(eq(codes.userId, userId), eq(codes.purpose, purpose)))
      .run();
  }

  sweep(now: number): void {
    this.#database.delete(sessions).where(lte(sessions.expiresAt, now)).run();
    this.#database.delete(codes).where(lte(codes.expiresAt, now)).run();
    this.forget();
  }

  forget(): void {
    this.changes += 1;
    this.#perPerson = undefined;
  }

  #count(now: number): Map<string, number> {
    const counts = new Map<string, number>();
    const rows = this.#database
      .select({ userId: sessions.userId })
      .from(sessions)
      .where(gt(sessions.expiresAt, now))
      .all();
    for (const { userId } of rows) counts.set(userId, (counts.get(userId) ?? 0) + 1);
    return counts;
  }
}

const toSession = ({ deviceName, platform, kind, ...row }: typeof sessions.$inferSelect): KeptSession => ({
  ...row,
  kind: kind as SessionKind,
  ...(deviceName === null ? {} : { deviceName }),
  ...(platform === null ? {} : { platform }),
});
