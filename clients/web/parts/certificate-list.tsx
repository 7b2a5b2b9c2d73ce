import type { Qualifications } from "../../../protocol/readiness.ts";
import { names } from "../state/directory.ts";
import { words } from "../state/language.ts";
import { dateOf } from "../state/zoned.ts";
import { ExpiryChip } from "./expiry-chip.tsx";

/** Which roles somebody has a certificate for, and until when. */
export const CertificateList = ({ list }: { list: Qualifications["qualifications"] }) => {
  const w = words.value.certificates;
  return (
    <ul class="covers">
      {list.map(({ roleId, validUntil }) => (
        <li key={roleId} class="cover">
          <div>
            <strong>{names.value.get(roleId) ?? "…"}</strong>
            <span class="quiet">{validUntil === undefined ? w.noEnd : w.until(dateOf(validUntil))}</span>
          </div>
          <ExpiryChip validUntil={validUntil} />
        </li>
      ))}
    </ul>
  );
};
