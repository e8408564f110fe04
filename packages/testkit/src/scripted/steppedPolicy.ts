import type { ReconnectPolicy, Room } from '@tureen/client';

/**
 * A policy of 100, 200, ... 500 ms and then no more, which begins with 100 after each session however short: most tests lose
 * a connection in the moment in which the room entered.
 */
export function steppedPolicy(): { readonly policy: ReconnectPolicy; readonly follow: (room: Room) => void } {
  let last = 0;
  let before = 0;
  return {
    policy: ({ attempt }) => {
      last = attempt;
      if (attempt <= before) before = 0;
      const step = attempt - before;
      return step > 5 ? null : step * 100;
    },
    follow: (room) => {
      room.on('stateChanged', ({ state }) => {
        if (state === 'joined') before = last;
      });
    },
  };
}
