export { type Deferred, deferred } from '@tureen/kernel';
