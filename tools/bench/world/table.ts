/** Formats rows in aligned columns: text to the left, numbers to the right. */
export function table(rows: readonly (readonly (string | number)[])[]): string {
  const cells = rows.map((row) => row.map(String));
  const widths = (cells[0] ?? []).map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  const isNumber = (text: string) => /^[-\d]/.test(text);
  return cells
    .map((row) =>
      row
        .map((cell, column) => {
          const width = widths[column] ?? 0;
          return isNumber(cell) ? cell.padStart(width) : cell.padEnd(width);
        })
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

export const megabytes = (bytes: number): string => (bytes / 1024 / 1024).toFixed(1);

/** Value that this part of the numbers does not exceed. 0 for an empty list. */
export function quantile(numbers: readonly number[], part: number): number {
  const sorted = [...numbers].sort((one, other) => one - other);
  return sorted[Math.min(Math.floor(sorted.length * part), sorted.length - 1)] ?? 0;
}

/** Median. 0 for an empty list. */
export const median = (numbers: readonly number[]): number => quantile(numbers, 0.5);
