import type { Contract } from './Contract.ts';
import { mediaConsumerContract } from './mediaConsumerContract.ts';
import { mediaDataContract } from './mediaDataContract.ts';
import { mediaProducerContract } from './mediaProducerContract.ts';
import { mediaSessionContract } from './mediaSessionContract.ts';
import { mediaTransportContract } from './mediaTransportContract.ts';
import type { MediaEngineWorld } from './mediaEngineWorld.ts';

export const mediaEngineContract: Contract<MediaEngineWorld> = [
  ...mediaSessionContract,
  ...mediaTransportContract,
  ...mediaProducerContract,
  ...mediaConsumerContract,
  ...mediaDataContract,
];
