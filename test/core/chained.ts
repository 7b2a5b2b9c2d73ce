import { bodyHashOf, type ChainHead, chainStart, linkHash } from "../../actors/kernel/chain.ts";
import type { RecordEnvelope } from "../../protocol/records.ts";

/** The same records as an actor writes them: each with its link in the actor's chain of its entity. Salts are counted. */
export const chained = (
  source: string,
  records: readonly RecordEnvelope[],
): { records: RecordEnvelope[]; head: ChainHead } => {
  let n = 0;
  let hash = "";
  const linked = records.map((record): RecordEnvelope => {
    const { eventId, tenantId, type, entity, at, by } = record;
    if (n === 0) hash = chainStart(tenantId, source, entity);
    n += 1;
    const text = JSON.stringify(record.body);
    const salt = String(n).padStart(22, "s");
    const bodyHash = bodyHashOf(salt, text);
    hash = linkHash(hash, { n, eventId, type, entity, at, byType: by.type, byId: by.id, bodyHash });
    return { ...record, chain: { source, n, salt, bodyHash, hash, text } };
  });
  return { records: linked, head: { n, hash, unchained: 0, waiting: [] } };
};
