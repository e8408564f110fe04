import { observer } from 'mediasoup';
import type { types } from 'mediasoup';

/** Collects the routers that mediasoup creates in this process from now on, as mediasoup reports them. */
export function watchRouters(): { readonly latest: types.Router; readonly all: readonly types.Router[] } {
  const all: types.Router[] = [];
  observer.on('newworker', (worker) => {
    worker.observer.on('newrouter', (router) => {
      all.push(router);
    });
  });
  return {
    all,
    get latest() {
      const router = all.at(-1);
      if (router === undefined) throw new Error('no router was made');
      return router;
    },
  };
}
