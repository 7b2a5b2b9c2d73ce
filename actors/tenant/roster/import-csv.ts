import Papa from "papaparse";
import type { ImportError } from "../../../protocol/people.ts";
import { done, type Outcome, refuse } from "../../../protocol/problems.ts";
import type { FileRow, ReadFile } from "./file-row.ts";

const needed = ["start", "end"] as const;
const known = ["site", "role", "person", "start", "end", "note", "id"] as const;
type Column = (typeof known)[number];

const isColumn = (name: string): name is Column => (known as readonly string[]).includes(name);

/** What a spreadsheet would take for a formula (OWASP, CSV injection). */
const formula = /^[=+\-@\t\r]/;

/** Our own files, and careful people, put an apostrophe before what looks like a formula: it is not part of the text. */
const unquoted = (cell: string): string => (cell.startsWith("'") && formula.test(cell.slice(1)) ? cell.slice(1) : cell);

const delimiterOf = (text: string): string => {
  const [head = ""] = text.split(/\r?\n|\r/, 1);
  const count = (character: string) => head.split(character).length;
  return [";", "\t"].find((one) => count(one) > count(",")) ?? ",";
};

const invalid = (message: string) => refuse("invalid", undefined, [{ path: "text", message }]);

/**
 * Reads a roster as CSV (RFC 4180; semicolons and tabs too, as spreadsheets of some countries write them). Columns go by the names in
 * the first line. A cell that a spreadsheet would run as a formula is refused: what is kept here is shown and exported again.
 *
 * @param most rows that are taken
 */
export const readCsv = (text: string, most: number): Outcome<ReadFile> => {
  const { data: lines, errors: broken } = Papa.parse<string[]>(text, {
    delimiter: delimiterOf(text),
    skipEmptyLines: "greedy",
    preview: most + 2,
    transform: (cell) => cell.trim(),
  });
  const wrong = broken.find(({ type }) => type === "Quotes");
  if (wrong !== undefined) return invalid(`is not CSV (line ${(wrong.row ?? 0) + 1})`);
  const [head = [], ...body] = lines;
  const names = head.map((name) => name.toLowerCase());
  for (const name of needed) if (!names.includes(name)) return invalid(`has no column "${name}" in its first line`);
  const unknown = names.find((name) => !isColumn(name));
  if (unknown !== undefined) return invalid(`has a column that is none of ${known.join(", ")}`);
  if (new Set(names).size < names.length) return invalid("has a column twice");
  if (body.length > most) return invalid(`has more than ${most} rows`);

  const rows: FileRow[] = [];
  const errors: ImportError[] = [];
  body.forEach((cells, row) => {
    const said: Partial<Record<Column, string>> = {};
    let wrong = cells.length > names.length;
    if (wrong) errors.push({ row, path: "", code: "invalid", message: "has more cells than there are columns" });
    names.forEach((name, i) => {
      const cell = cells[i] ?? "";
      if (cell === "" || !isColumn(name)) return;
      if (formula.test(cell)) {
        wrong = true;
        errors.push({ row, path: name, code: "invalid", message: "looks like a formula: put an apostrophe before it" });
      } else said[name] = unquoted(cell);
    });
    for (const name of needed)
      if (said[name] === undefined && !wrong) {
        wrong = true;
        errors.push({ row, path: name, code: "invalid", message: "is missing" });
      }
    const { start = "", end = "", role, ...rest } = said;
    if (!wrong) rows.push({ ...rest, row, start, end, roles: role === undefined ? [] : [role] });
  });
  return done({ rows, errors });
};
