export { type Clock, systemClock } from '@tureen/kernel';
