import { movingPicture, tone } from '../room/sources.ts';
import { type Outcome, Story, type StoryRequest, requestTimeoutMs } from './Story.ts';

/** A page of many rooms, one story each; a spec starts them, looks at the server while all is as wanted, and ends them. */
class FaultsPage {
  readonly #stories = new Map<string, { story: Story; played: Promise<void> }>();
  readonly #tracks = tone().then((microphone) => ({ microphone, camera: movingPicture(160, 90) }));

  async play(request: StoryRequest): Promise<void> {
    const story = new Story(request, await this.#tracks);
    const played = story.play();
    this.#stories.set(request.roomId, { story, played });
    await played;
  }

  /** Resolves when the app was told of an error for the first time, all is as it was wanted, or nobody noticed anything. */
  async noticed(roomId: string): Promise<void> {
    const { story, played } = this.#stories.get(roomId)!;
    const nobody = once(AbortSignal.timeout(requestTimeoutMs + 500), 'abort');
    await Promise.race([story.failed, played.catch(() => undefined), nobody]);
  }

  async end(roomId: string): Promise<Outcome> {
    const { story } = this.#stories.get(roomId)!;
    this.#stories.delete(roomId);
    return story.end();
  }
}

const once = (target: EventTarget, event: string) =>
  new Promise((resolve) => {
    target.addEventListener(event, resolve, { once: true });
  });

declare global {
  interface Window {
    faults: FaultsPage;
  }
}

export type { FaultsPage };
window.faults = new FaultsPage();
