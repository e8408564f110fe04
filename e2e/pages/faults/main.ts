import { movingPicture, tone } from '../room/sources.ts';
import { type Outcome, Story, type StoryRequest, requestTimeoutMs } from './Story.ts';

/** Page with many rooms, one story each. A spec starts the stories, checks the server, and ends them. */
class FaultsPage {
  readonly #stories = new Map<string, { story: Story; played: Promise<void> }>();
  readonly #tracks = tone().then((microphone) => ({ microphone, camera: movingPicture(160, 90) }));

  async play(request: StoryRequest): Promise<void> {
    const story = new Story(request, await this.#tracks);
    const played = story.play();
    this.#stories.set(request.roomId, { story, played });
    await played;
  }

  /** Resolves at the first error of the app, when the requested state is applied, or after a timeout if neither happens. */
  async noticed(roomId: string): Promise<void> {
    const { story, played } = this.#stories.get(roomId)!;
    const timeout = once(AbortSignal.timeout(requestTimeoutMs + 500), 'abort');
    await Promise.race([story.failed, played.catch(() => undefined), timeout]);
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
