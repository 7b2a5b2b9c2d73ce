import * as Y from "yjs";

/**
 * What can be seen in a document, apart from how it came about. It is gone through item by item and not by Yjs' types: which type a
 * root is, text or elements, only its clients know, and the server keeps any.
 */

type Any = Y.AbstractType<unknown>;
type Write = (parent: Any, left: Y.Item | null, key: string | null, content: Y.Item["content"]) => Y.Item;

/** Names of everything at the top of a document, in one order everywhere. */
export const rootNames = (doc: Y.Doc): string[] => [...doc.share.keys()].sort();

/** What is in a list, in its order, without what was taken away. */
const listed = function* (type: Any): Generator<Y.Item> {
  for (let item = type._start; item !== null; item = item.right) if (!item.deleted) yield item;
};

/** The entries of a map or attributes of an element, in one order everywhere. */
const entries = (type: Any): [string, Y.Item][] =>
  [...type._map].filter(([, item]) => !item.deleted).sort(([a], [b]) => (a < b ? -1 : 1));

/** The last item of a list, taken away or not: the next one goes behind it. */
const lastOf = (type: Any): Y.Item | null => {
  let last = type._start;
  while (last !== null && last.right !== null) last = last.right;
  return last;
};

/** Puts everything in one type behind what is in another. How deep it goes is bounded by what notes take in. */
const copyInto = (from: Any, to: Any, write: Write): void => {
  const put = (item: Y.Item, left: Y.Item | null, key: string | null): Y.Item => {
    const content = item.content.copy();
    const put = write(to, left, key, content);
    if (item.content instanceof Y.ContentType && content instanceof Y.ContentType)
      copyInto(item.content.type, content.type, write);
    return put;
  };
  let left = lastOf(to);
  for (const item of listed(from)) left = put(item, left, null);
  for (const [key, item] of entries(from)) put(item, to._map.get(key) ?? null, key);
};

/** Writes items under the client id of a document. */
const writer =
  (doc: Y.Doc, transaction: Y.Transaction): Write =>
  (parent, left, key, content) => {
    const id = Y.createID(doc.clientID, Y.getState(doc.store, doc.clientID));
    const item = new Y.Item(id, left, left?.lastId ?? null, null, null, parent, key, content);
    item.integrate(transaction, 0);
    return item;
  };

/** What can be seen under some names, as the state of a new document: the same bytes for the same content. */
export const encodeContent = (doc: Y.Doc, names: readonly string[] = rootNames(doc)): Uint8Array => {
  const copy = new Y.Doc();
  copy.clientID = 1;
  copy.transact((transaction) => {
    const write = writer(copy, transaction);
    for (const name of names) copyInto(doc.get(name), copy.get(name), write);
  });
  return Y.encodeStateAsUpdate(copy);
};

/** Makes what can be seen in a document what it is in another: by ordinary edits, of the parts that differ. Call it in a transaction of `doc`. */
export const replaceContent = (doc: Y.Doc, transaction: Y.Transaction, by: Y.Doc): void => {
  const write = writer(doc, transaction);
  for (const name of new Set([...rootNames(doc), ...rootNames(by)])) {
    if (sameBytes(encodeContent(doc, [name]), encodeContent(by, [name]))) continue;
    const root: Any = doc.get(name);
    for (const item of [...listed(root)]) item.delete(transaction);
    for (const [, item] of entries(root)) item.delete(transaction);
    copyInto(by.get(name), root, write);
  }
};

export const sameBytes = (a: Uint8Array, b: Uint8Array): boolean =>
  a.byteLength === b.byteLength && a.every((byte, i) => byte === b[i]);

/** The words of a document: each element, and each value that is a text, on lines of its own. */
export const plainText = (doc: Y.Doc): string => {
  const lines: string[] = [""];
  const say = (text: string): void => {
    lines[lines.length - 1] += text;
  };
  const apart = (tell: () => void): void => {
    if (lines.at(-1) !== "") lines.push("");
    tell();
    if (lines.at(-1) !== "") lines.push("");
  };
  const tell = (item: Y.Item): void => {
    const { content } = item;
    if (content instanceof Y.ContentString) say(content.str);
    else if (content instanceof Y.ContentAny)
      for (const value of content.arr) if (typeof value === "string") apart(() => say(value));
    if (!(content instanceof Y.ContentType)) return;
    const type: Any = content.type;
    const flows = content.type instanceof Y.XmlText;
    // Formatted text within an element flows on; everything else stands apart.
    if (flows) tellAll(type);
    else apart(() => tellAll(type));
  };
  const tellAll = (type: Any): void => {
    for (const item of listed(type)) tell(item);
    // Attributes of elements are no words.
    if (!(type instanceof Y.XmlElement) && !(type instanceof Y.Text)) for (const [, item] of entries(type)) tell(item);
  };
  for (const name of rootNames(doc)) apart(() => tellAll(doc.get(name)));
  return lines.join("\n").replace(/\n+$/, "");
};
