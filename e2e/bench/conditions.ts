/** Networks of each bench. Bounds hold without loss; with loss the results are only printed. */
export const conditions = [
  { name: 'no loss', lossPart: 0, isBound: true },
  { name: '5 % loss', lossPart: 0.05, isBound: false },
] as const;
