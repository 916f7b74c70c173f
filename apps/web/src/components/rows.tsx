import type { ReactNode } from 'react';
import classes from './rows.module.css';

export interface Column<Row> {
  label: string;
  /** above the column, where that is more than its label */
  head?: ReactNode;
  /** in px, on a wide screen */
  minWidth?: number;
  cell: (row: Row) => ReactNode;
}

interface RowsProps<Row> {
  label: string;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  keyOf: (row: Row) => string;
}

/** A table on a wide screen, a card for each row on a narrow one. */
export function Rows<Row>({ label, columns, rows, keyOf }: RowsProps<Row>) {
  return (
    <div className={classes.frame}>
      <table className={classes.table} role="table" aria-label={label}>
        <thead role="rowgroup">
          <tr role="row">{columns.map((column) => <th key={column.label} role="columnheader" scope="col" style={{ minWidth: column.minWidth }}>{column.head ?? column.label}</th>)}</tr>
        </thead>
        <tbody role="rowgroup">
          {rows.map((row) => (
            <tr key={keyOf(row)} role="row">
              {columns.map((column) => (
                <td key={column.label} role="cell">
                  <span aria-hidden="true">{column.label}</span>
                  <div>{column.cell(row)}</div>
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
