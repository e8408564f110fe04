export { SerialQueue } from '@tureen/kernel';
