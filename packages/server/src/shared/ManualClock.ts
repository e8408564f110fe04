export { ManualClock } from '@tureen/kernel';
