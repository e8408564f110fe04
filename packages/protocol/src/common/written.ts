/**
 * What may be given to be written where `Data` is what is read: an optional field may be `undefined` (JSON leaves it
 * out), and nothing need be mutable.
 */
export type Written<Data> = Data extends readonly (infer Item)[]
  ? readonly Written<Item>[]
  : Data extends object
    ? {
        readonly [Key in keyof Data]:
          Written<Data[Key]> | (Partial<Pick<Data, Key>> extends Pick<Data, Key> ? undefined : never);
      }
    : Data;
