const entered = ['hall/capabilities', 'hall/enter', 'hall/connect', 'hall/connect', 'hall/send', 'hall/pause'];

/** Expected result of `playOwnPorts`: the room has used each port in both sessions. */
export const expected = {
  call: {
    consumer: { peer: 'BOB', kind: 'video', source: 'camera' },
    producer: { id: 'alice-camera', paused: false },
    resumed: false,
  },
  states: ['connecting', 'joining', 'joined', 'reconnecting', 'joined', 'left'],
  attempts: [1],
  requests: [entered, [...entered, 'hall/leave']],
  engineCalls: [
    'canReceive',
    'close',
    'consume',
    'createRecvTransport',
    'createSendTransport',
    'load',
    'open',
    'produce',
  ].flatMap((name) => [name, name]),
  hasWaited: true,
  offersTraced: 2,
  entriesLogged: 2,
};
