/** Type of `Data` for writers: optional fields may be `undefined`, which JSON omits, and objects and lists may be readonly. */
export type Written<Data> = Data extends readonly (infer Item)[]
  ? readonly Written<Item>[]
  : Data extends object
    ? {
        readonly [Key in keyof Data]:
          Written<Data[Key]> | (Partial<Pick<Data, Key>> extends Pick<Data, Key> ? undefined : never);
      }
    : Data;
