/**
 * Saves a table as a file that spreadsheets open: RFC 4180 with a byte order mark, and an apostrophe before what begins like a
 * formula, because names that people gave are in it. The writer is fetched when it is first needed.
 */
export const saveAsCsv = async (name: string, rows: readonly (readonly (string | number)[])[]): Promise<void> => {
  const { unparse } = await import("papaparse").then((found) => found.default);
  const text = unparse(
    rows.map((row) => [...row]),
    { escapeFormulae: true, newline: "\r\n" },
  );
  const file = URL.createObjectURL(new Blob(["\uFEFF", text], { type: "text/csv" }));
  const link = document.createElement("a");
  link.href = file;
  link.download = `${name}.csv`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(file), 10_000);
};
