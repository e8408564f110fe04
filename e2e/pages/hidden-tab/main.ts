import { ProtooTransport, Room, mediasoupV3 } from '@tureen/client';

/** Room in a tab that no test drives. Reports to the command that opened the tab. */
const params = new URLSearchParams(location.search);
const name = params.get('name') ?? '';

function report(what: string): void {
  document.querySelector('[data-testid=state]')!.textContent = what;
  const body = JSON.stringify({ name, what, visibility: document.visibilityState });
  void fetch(params.get('report') ?? '', { method: 'POST', mode: 'no-cors', body });
}

const room = new Room({
  roomId: name,
  peerId: 'alice',
  dialect: mediasoupV3(),
  transport: new ProtooTransport({ url: params.get('server') ?? '' }),
});
room.on('stateChanged', ({ state }) => {
  report(state);
});
room.on('reconnected', ({ resumed }) => {
  report(resumed ? 'resumed' : 'rejoined');
});

await room.join();
if (params.get('media') === 'yes') await room.enableMicrophone();
report('ready');
