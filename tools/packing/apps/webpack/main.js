import { Room, TureenError } from '@tureen/client';
import { deviceEngine } from '@tureen/client/ports';

const required = require('@tureen/client');

/** One copy of the client is in the bundle, also for modules that call `require`. */
console.log(typeof deviceEngine, required.Room === Room, required.TureenError === TureenError);
