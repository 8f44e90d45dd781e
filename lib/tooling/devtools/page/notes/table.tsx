import type { ComponentChildren, VNode } from 'preact';

export interface NoteTableProps {
  readonly label: string;
  readonly titles: readonly string[];
  readonly rows: readonly (readonly ComponentChildren[])[];
  /** The sentence that is shown without a row. */
  readonly none: string;
}

/** A table; in a narrow window each row is a record with its titles. */
export function NoteTable({ label, titles, rows, none }: NoteTableProps): VNode {
  return rows.length === 0 ? (
    <p class="empty">{none}</p>
  ) : (
    <table class="notes" aria-label={label}>
      <thead>
        <tr>
          {titles.map((title) => (
            <th key={title} scope="col">
              {title}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((cells, row) => (
          <tr key={row}>
            {cells.map((cell, index) => (
              <td key={titles[index]} data-title={titles[index]}>
                {cell}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
