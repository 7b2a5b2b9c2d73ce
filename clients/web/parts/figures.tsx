import { useState } from "preact/hooks";
import { saveAsCsv } from "../state/csv.ts";
import { words } from "../state/language.ts";
import { Icon } from "./icon.tsx";

/** A cell: what is read, and in a file what programs read when that differs. `null`: it may not be told. */
export type FigureCell = string | { text: string; raw: string | number } | null;

export interface Figures {
  /** What the table is of. */
  title: string;
  /** Name of the file, without its ending. */
  file: string;
  columns: readonly { label: string; number?: boolean }[];
  rows: readonly (readonly FigureCell[])[];
}

const textOf = (cell: FigureCell): string =>
  cell === null ? words.value.statistics.tooFew : typeof cell === "string" ? cell : cell.text;

/** More rows are behind a press: a table of them is long on a phone, and slow. */
const fewRows = 14;

/** The figures themselves: what a chart shows, for screen readers, for copying, and as a file. */
export const FigureTable = ({ figures }: { figures: Figures }) => {
  const { rows } = figures;
  const [isOpen, setOpen] = useState(false);
  const w = words.value.statistics;
  const save = (
    <button
      type="button"
      class="button"
      onClick={() =>
        void saveAsCsv(figures.file, [
          figures.columns.map(({ label }) => label),
          ...rows.map((row) =>
            row.map((cell) => (cell !== null && typeof cell !== "string" ? cell.raw : textOf(cell))),
          ),
        ])
      }
    >
      <Icon name="download" size={18} />
      {w.csv}
    </button>
  );
  if (rows.length <= fewRows)
    return (
      <>
        <Table figures={figures} />
        <div>{save}</div>
      </>
    );
  return (
    <>
      <details class="figure-rows" onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary>{w.table(rows.length)}</summary>
        {isOpen ? <Table figures={figures} /> : null}
      </details>
      <div>{save}</div>
    </>
  );
};

const Table = ({ figures: { title, columns, rows } }: { figures: Figures }) => (
  <div class="table-plain">
    <table class="past figure-table">
      <caption class="hidden">{title}</caption>
      <thead>
        <tr>
          {columns.map(({ label, number }) => (
            <th key={label} scope="col" class={number === true ? "number" : undefined}>
              {label}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row, i) => (
          <tr key={i}>
            {row.map((cell, column) => {
              const { label = "", number } = columns[column] ?? {};
              if (column === 0)
                return (
                  <th key={label} scope="row">
                    {textOf(cell)}
                  </th>
                );
              return (
                <td key={label} data-label={label} class={number === true ? "number" : undefined}>
                  {cell === null ? <span class="too-few">{textOf(cell)}</span> : textOf(cell)}
                </td>
              );
            })}
          </tr>
        ))}
      </tbody>
    </table>
  </div>
);
