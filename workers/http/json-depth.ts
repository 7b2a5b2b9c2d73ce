/**
 * The deepest nesting of arrays and objects in a JSON text, counted before it is parsed: a parser or a schema that recurses
 * must never see what nobody legitimate sends (T20, T21). Stops counting once `most` is passed. Text that is not JSON gets
 * some number; the parser refuses it.
 */
export const jsonDepth = (text: string, most: number): number => {
  let depth = 0;
  let deepest = 0;
  let quoted = false;
  for (let at = 0; at < text.length && deepest <= most; at++) {
    const character = text.charCodeAt(at);
    if (quoted) {
      if (character === backslash) at++;
      else if (character === quote) quoted = false;
    } else if (character === quote) quoted = true;
    else if (character === openBracket || character === openBrace) deepest = Math.max(deepest, ++depth);
    else if (character === closeBracket || character === closeBrace) depth--;
  }
  return deepest;
};

const quote = 0x22;
const backslash = 0x5c;
const openBracket = 0x5b;
const closeBracket = 0x5d;
const openBrace = 0x7b;
const closeBrace = 0x7d;
