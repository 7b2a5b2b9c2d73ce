import { signal } from "@preact/signals";

/** Too narrow for the hours of a day, or the days of a week, side by side. */
const query = matchMedia("(max-width: 900px)");

/** For what is built otherwise on a small screen, not only laid out otherwise. */
export const isNarrow = signal(query.matches);

query.addEventListener("change", () => {
  isNarrow.value = query.matches;
});
