import { describe, expect, it } from 'vitest';

import { commonJsTypes } from './commonJsTypes.ts';

describe('commonJsTypes', () => {
  it('leads imports of modules to their types of CommonJS', () => {
    expect(commonJsTypes('import { A } from "../shared/a.js";\nexport { B } from \'./b.js\';', 'room/Room')).toEqual({
      code: 'import { A } from "../shared/a.cjs";\nexport { B } from \'./b.cjs\';\n',
      imports: ['shared/a', 'room/b'],
    });
  });

  it('leads imports of the protocol to the types beside', () => {
    const { code, imports } = commonJsTypes('type A = import("@tureen/protocol/common").A;', 'room/Room');
    expect(code).toBe('type A = import("../protocol/common/index.cjs").A;\n');
    expect(imports).toEqual(['protocol/common/index']);
  });

  it('keeps imports of other packages, and leaves out the source map', () => {
    const code = 'import "webrtc-adapter";\n//# sourceMappingURL=a.d.ts.map';
    expect(commonJsTypes(code, 'a')).toEqual({ code: 'import "webrtc-adapter";\n', imports: [] });
  });
});
