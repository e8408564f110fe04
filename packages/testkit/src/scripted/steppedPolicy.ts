import type { ReconnectPolicy, Room } from '@tureen/client';

/**
 * Policy with delays of 100, 200, ... 500 ms that then gives up. Restarts with 100 after each session, however short, because most tests
 * lose a connection right after the join.
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
