import { and, eq, lt } from "drizzle-orm";
import type { Detail } from "../../../protocol/channels.ts";
import type { Database } from "../../kernel/database.ts";
import { sameText } from "../../kernel/hashes.ts";
import { verifications } from "./channel-tables.ts";
import type { LinkTokens } from "./link-token.ts";
import type { Asked } from "./verification.ts";

/** Codes under way (verification.ts). */
export class VerificationStore {
  #database: Database;
  #links: LinkTokens;

  constructor(database: Database, links: LinkTokens) {
    this.#database = database;
    this.#links = links;
  }

  isRight({ sendId }: Asked, code: string): boolean {
    return sameText(this.#links.code(sendId), code);
  }

  find(subject: string, detail: Detail): Asked | undefined {
    const [row] = this.#database.select().from(verifications).where(this.#is(subject, detail)).all();
    return row === undefined
      ? undefined
      : {
          value: row.value,
          sendId: row.sendId,
          expiresAt: row.expiresAt,
          triesLeft: row.triesLeft,
          askedAt: JSON.parse(row.askedAt) as number[],
        };
  }

  save(subject: string, detail: Detail, asked: Asked): void {
    const row = { ...asked, askedAt: JSON.stringify(asked.askedAt) };
    this.#database
      .insert(verifications)
      .values({ subject, detail, ...row })
      .onConflictDoUpdate({ target: [verifications.subject, verifications.detail], set: row })
      .run();
  }

  remove(subject: string, detail: Detail): void {
    this.#database.delete(verifications).where(this.#is(subject, detail)).run();
  }

  /** An hour after its code it does not even count against asking again. */
  sweep(now: number): void {
    this.#database
      .delete(verifications)
      .where(lt(verifications.expiresAt, now - 3_600_000))
      .run();
  }

  #is(subject: string, detail: Detail) {
    return and(eq(verifications.subject, subject), eq(verifications.detail, detail));
  }
}
