/** What somebody writes after an @, up to the caret. */
export interface Asked {
  /** Where the @ is. */
  start: number;
  query: string;
}

/** Names have a space; more than two words after the @ are a sentence. */
const open = /(?:^|[\s(])@([\p{L}\p{M}'’.-]*(?: [\p{L}\p{M}'’.-]*)?)$/u;

/** Whether somebody is being mentioned at the caret. Pure. */
export const askedAt = (text: string, caret: number): Asked | undefined => {
  const found = open.exec(text.slice(0, caret));
  const query = found?.[1];
  return query === undefined ? undefined : { start: caret - query.length - 1, query };
};

/** Puts the name in. @returns the text and where the caret goes */
export const withMention = (text: string, { start, query }: Asked, name: string): { text: string; caret: number } => {
  const put = `@${name} `;
  return { text: text.slice(0, start) + put + text.slice(start + 1 + query.length), caret: start + put.length };
};

/** Of those who were picked, the ones whose name is still in the text. */
export const mentioned = (text: string, picked: readonly { userId: string; name: string }[]): string[] => [
  ...new Set(picked.filter(({ name }) => text.includes(`@${name}`)).map(({ userId }) => userId)),
];

/** Parts of a text, for those that are mentions to stand out. */
export const parts = (text: string, names: readonly string[]): { text: string; isMention: boolean }[] => {
  const marks = names.filter((name) => name !== "").map((name) => `@${name}`);
  const found: { text: string; isMention: boolean }[] = [];
  for (let rest = text; rest !== ""; ) {
    const next = marks
      .map((mark) => ({ mark, at: rest.indexOf(mark) }))
      .filter(({ at }) => at >= 0)
      .sort((a, b) => a.at - b.at || b.mark.length - a.mark.length)[0];
    if (next === undefined) return [...found, { text: rest, isMention: false }];
    if (next.at > 0) found.push({ text: rest.slice(0, next.at), isMention: false });
    found.push({ text: next.mark, isMention: true });
    rest = rest.slice(next.at + next.mark.length);
  }
  return found;
};
