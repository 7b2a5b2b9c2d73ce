import { words } from "../state/language.ts";
import { count } from "../state/times.ts";
import { unread } from "../state/unread.ts";

/** How many conversations have something new. */
export const UnreadBadge = () => {
  const { size } = unread.value;
  return size === 0 ? null : (
    <span class="unread-badge">
      <span aria-hidden="true">{count(size)}</span>
      <span class="hidden">{words.value.nav.unread(size)}</span>
    </span>
  );
};
