import { deepStrictEqual } from 'node:assert';
import { playOwnPorts } from './app.ts';
import { expected } from './expected.ts';

/** `node e2e/ownPorts/main.ts` runs the app on the built package. Fails if the result differs. */
deepStrictEqual(await playOwnPorts(), expected);
