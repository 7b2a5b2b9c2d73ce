/** The look of a printed report: A4, black on white, tables that do not break in the middle of a row. */
export const reportStyle = `
@page { size: A4; margin: 16mm 14mm; }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 190mm; padding: 8mm; color: #111; background: #fff;
  font: 10.5pt/1.4 "Atkinson Hyperlegible Next", system-ui, sans-serif; }
h1 { font-size: 18pt; line-height: 1.2; margin: 0 0 1mm; }
h2 { font-size: 12.5pt; margin: 7mm 0 2mm; break-after: avoid; }
p { margin: 0 0 2mm; }
.notice { border: 1mm solid #111; padding: 3mm 4mm; margin: 0 0 6mm; font-weight: 700; font-size: 14pt; }
.message { white-space: pre-line; }
table { width: 100%; border-collapse: collapse; font-size: 9.5pt; }
caption { text-align: left; font-weight: 700; padding: 2mm 0 1mm; }
thead { display: table-header-group; }
tr { break-inside: avoid; }
th, td { text-align: left; vertical-align: top; padding: 1mm 2mm 1mm 0; border-bottom: 0.2mm solid #999;
  overflow-wrap: anywhere; }
th { font-weight: 700; overflow-wrap: normal; }
.number { text-align: right; font-variant-numeric: tabular-nums; }
.time { white-space: nowrap; font-variant-numeric: tabular-nums; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 1mm 5mm; margin: 0; }
dt { font-weight: 700; }
dd { margin: 0; overflow-wrap: anywhere; }
@media print { body { padding: 0; max-width: none; } }
`;
