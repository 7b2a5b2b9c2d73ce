import type * as Y from "yjs";

/** One change of a text: what was there goes, what is new comes. */
export interface Splice {
  at: number;
  remove: number;
  insert: string;
}

/** The smallest single change that makes one text of the other. Pure. @param caret where the new one was just written */
export const splice = (before: string, after: string, caret: number): Splice | undefined => {
  if (before === after) return undefined;
  const most = Math.min(before.length, after.length);
  // What is behind the caret was there before: of "aa" made from "a", it says which one is new.
  let end = 0;
  while (
    end < Math.min(most, after.length - caret) &&
    before[before.length - 1 - end] === after[after.length - 1 - end]
  )
    end++;
  let start = 0;
  while (start < most - end && before[start] === after[start]) start++;
  // Never between the halves of a character outside of the first plane.
  if (start > 0 && isHigh(before.charCodeAt(start - 1))) start--;
  if (end > 0 && isLow(before.charCodeAt(before.length - end))) end--;
  return { at: start, remove: before.length - start - end, insert: after.slice(start, after.length - end) };
};

const isHigh = (code: number): boolean => code >= 0xd800 && code <= 0xdbff;
const isLow = (code: number): boolean => code >= 0xdc00 && code <= 0xdfff;

/** Where a caret is after a change of others: behind what came before it. Pure. */
export const moved = (caret: number, delta: Y.YTextEvent["delta"]): number => {
  let place = 0;
  let now = caret;
  for (const { insert, delete: gone, retain } of delta) {
    if (retain !== undefined) place += retain;
    else if (gone !== undefined) now -= Math.max(0, Math.min(gone, now - place));
    else if (typeof insert === "string") {
      if (place < now) now += insert.length;
      place += insert.length;
    }
  }
  return now;
};

/**
 * Binds a text area to a shared text: what is typed goes in as one change, what others write comes with the caret kept.
 *
 * @returns how to stop
 */
export const bind = (area: HTMLTextAreaElement, text: Y.Text, changed: () => void): (() => void) => {
  const origin = Symbol("typed here");
  let isComposing = false;
  const typed = (): void => {
    // An input method shows letters that are not written yet.
    if (isComposing) return;
    const change = splice(text.toString(), area.value, area.selectionStart);
    if (change === undefined) return;
    text.doc?.transact(() => {
      if (change.remove > 0) text.delete(change.at, change.remove);
      if (change.insert !== "") text.insert(change.at, change.insert);
    }, origin);
    changed();
  };
  const heard = (event: Y.YTextEvent): void => {
    // What is being composed stays; it is joined with this when it is done.
    if (event.transaction.origin === origin || isComposing) return;
    const { delta } = event;
    const [start, end, direction] = [
      moved(area.selectionStart, delta),
      moved(area.selectionEnd, delta),
      area.selectionDirection,
    ];
    const { scrollTop } = area;
    area.value = text.toString();
    if (document.activeElement === area) area.setSelectionRange(start, end, direction);
    area.scrollTop = scrollTop;
  };
  const composing = (): void => {
    isComposing = true;
  };
  const composed = (): void => {
    isComposing = false;
    typed();
  };
  area.value = text.toString();
  text.observe(heard);
  area.addEventListener("input", typed);
  area.addEventListener("compositionstart", composing);
  area.addEventListener("compositionend", composed);
  return () => {
    text.unobserve(heard);
    area.removeEventListener("input", typed);
    area.removeEventListener("compositionstart", composing);
    area.removeEventListener("compositionend", composed);
  };
};
