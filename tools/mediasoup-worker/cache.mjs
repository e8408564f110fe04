import { chmod, mkdir, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { keepAfterExit, removeAtExit } from '../bootstrap/cleanup.mjs';
import { run } from '../bootstrap/children.mjs';

/** Number of the recipe. Raise it when patches or stand-in libraries change so that earlier workers must not be used. */
const RECIPE = 1;
/** Exit code of a worker that was not started by the mediasoup library. */
const STARTED_BY_HAND = 41;

/** `debian-12` from ID and VERSION_ID in os-release. A built worker is linked with that system's libraries. */
export function flavourOf(osRelease) {
  const field = (name) => new RegExp(`^${name}="?([^"\\n]*)"?$`, 'm').exec(osRelease)?.[1];
  return [field('ID'), field('VERSION_ID')]
    .filter(Boolean)
    .join('-')
    .replace(/[^\w.-]/g, '_');
}

/** Cache key per mediasoup version and platform. On Linux also per distribution, for homes shared between machines. */
export function cacheKey({ version, platform, arch, osRelease }) {
  const flavour = osRelease === undefined ? '' : flavourOf(osRelease);
  return [version, platform, arch, flavour].filter((part) => part !== '').join('-');
}

/** Whether the file is a worker that starts on this machine. */
export async function startsHere(path) {
  const { code } = await run(path, [], { env: {}, timeoutMs: 10_000 });
  return code === STARTED_BY_HAND;
}

/** Place of one worker in the cache. */
export class CachedWorker {
  #folder;
  #key;
  #recipe;
  #starts;

  /**
   * @param {string} cacheFolder
   * @param {string} key
   * @param {{ name?: string, recipe?: number, starts?: (path: string) => Promise<boolean> }} [options] `name`: the folder
   * of this kind of worker; `recipe`: number of the current recipe; `starts`: whether a file is such a worker and starts here
   */
  constructor(cacheFolder, key, { name = 'mediasoup-worker', recipe = RECIPE, starts = startsHere } = {}) {
    this.#folder = join(cacheFolder, name);
    this.#key = key;
    this.#recipe = recipe;
    this.#starts = starts;
  }

  get bin() {
    return join(this.#folder, this.#key, 'mediasoup-worker');
  }

  get lockPath() {
    return join(this.#folder, `${this.#key}.lock`);
  }

  /** Finds a cached worker of the current recipe that starts on this machine. */
  async find() {
    try {
      const { recipe } = JSON.parse(await readFile(`${this.bin}.json`, 'utf8'));
      return recipe === this.#recipe && (await this.#starts(this.bin)) ? this.bin : undefined;
    } catch {
      return undefined;
    }
  }

  /** Creates an empty folder on the same disk to download or build in, removed when the process exits. Call it under the lock. */
  async aside() {
    await mkdir(this.#folder, { recursive: true });
    const prefix = `${this.#key}.aside-`;
    for (const name of await readdir(this.#folder)) {
      if (name.startsWith(prefix)) await rm(join(this.#folder, name), { recursive: true, force: true });
    }
    const path = removeAtExit(join(this.#folder, `${prefix}${process.pid}`));
    await mkdir(path);
    return path;
  }

  /** Moves a worker into place in one step, so that a reader sees either the earlier or the new worker, complete. */
  async publish(path, { origin, mediasoupVersion }) {
    await mkdir(join(this.#folder, this.#key), { recursive: true });
    await chmod(path, 0o755);
    const about = { mediasoupVersion, origin, recipe: this.#recipe, madeAt: new Date().toISOString() };
    await writeFile(`${path}.json`, `${JSON.stringify(about, null, 2)}\n`);
    await rename(path, this.bin);
    await rename(`${path}.json`, `${this.bin}.json`);
    return this.bin;
  }

  async removeAside(path) {
    await rm(path, { recursive: true, force: true });
    keepAfterExit(path);
  }
}
