import { DeviceCatalog, TureenError } from '@tureen/client';
import { Preview, type PreviewKind } from '../call/Preview.ts';
import type { RoomChoice } from '../call/RoomAhead.ts';
import { problemText } from '../logic/captureProblem.ts';
import { joinProblem } from '../logic/problems.ts';
import { type DialectName, dialectChoices, isDialectName } from '../logic/dialects.ts';
import { randomRoomId } from '../logic/names.ts';
import { readSettings, writeSettings } from '../logic/settings.ts';
import { Avatar } from '../ui/Avatar.ts';
import { IconButton } from '../ui/IconButton.ts';
import { LevelMeter } from '../ui/LevelMeter.ts';
import { ThemeButton } from '../ui/ThemeButton.ts';
import { h, setText } from '../ui/dom.ts';
import { logo } from '../ui/logo.ts';
import { DevicePicker } from './DevicePicker.ts';

export interface JoinChoices {
  readonly name: string;
  readonly roomId: string;
  readonly dialect: DialectName;
  readonly microphone: boolean;
  readonly camera: boolean;
}

export interface LobbyOptions {
  readonly room: string | null;
  readonly name: string | null;
  /** Server to show. Null for the page's own. */
  readonly server: string | null;
  readonly dialect: DialectName;
  readonly camera: boolean;
  readonly microphone: boolean;
  /** The user sees or has changed what the lobby would join. */
  readonly onChoice: (choice: RoomChoice) => void;
  readonly onClose: () => void;
  /** Joins the room. The lobby shows a rejection. */
  readonly onJoin: (choices: JoinChoices) => Promise<void>;
}

/** View before the meeting: name, room, devices and preview. */
export class Lobby {
  readonly element: HTMLElement;
  readonly #options: LobbyOptions;
  readonly #preview: Preview;
  readonly #picker: DevicePicker;
  readonly #video = h('video', {
    class: 'preview__video',
    testid: 'preview',
    attrs: { playsinline: true, autoplay: true, tabindex: -1 },
  });
  readonly #avatar = new Avatar();
  readonly #problem = h('p', { class: 'preview__problem', testid: 'preview-problem', attrs: { role: 'status' } });
  readonly #meter = new LevelMeter();
  readonly #buttons: Readonly<Record<PreviewKind, IconButton>>;
  readonly #name: HTMLInputElement;
  readonly #room: HTMLInputElement;
  readonly #dialect: HTMLSelectElement;
  readonly #submit: HTMLButtonElement;
  readonly #error = h('div', { class: 'lobby__error', testid: 'lobby-error', attrs: { role: 'alert' } });
  #isJoining = false;

  constructor(options: LobbyOptions) {
    this.#options = options;
    this.#preview = new Preview(options, () => {
      this.#render();
    });
    this.#picker = new DevicePicker(new DeviceCatalog(), {
      onCamera: (cameraId) => {
        writeSettings({ cameraId });
        void this.#set('camera', true);
      },
      onMicrophone: (microphoneId) => {
        writeSettings({ microphoneId });
        void this.#set('microphone', true);
      },
      trackOf: (kind) => this.#preview.trackOf(kind),
    });
    this.#video.muted = true;
    this.#buttons = { microphone: this.#toggle('microphone'), camera: this.#toggle('camera') };
    this.#name = h('input', {
      testid: 'name-input',
      attrs: { type: 'text', name: 'name', required: true, maxlength: 64, autocomplete: 'nickname' },
      on: {
        input: () => {
          this.#render();
        },
      },
    });
    this.#name.value = options.name ?? readSettings().name;
    this.#room = h('input', {
      testid: 'room-input',
      attrs: {
        type: 'text',
        name: 'room',
        required: true,
        maxlength: 128,
        autocomplete: 'off',
        autocapitalize: 'none',
        spellcheck: 'false',
      },
      on: {
        change: () => {
          this.#choose();
        },
      },
    });
    this.#room.value = options.room ?? randomRoomId();
    this.#dialect = h(
      'select',
      {
        testid: 'dialect-select',
        attrs: { name: 'dialect' },
        on: {
          change: () => {
            this.#choose();
          },
        },
      },
      ...dialectChoices.map(([value, { title }]) => h('option', { attrs: { value } }, title)),
    );
    this.#dialect.value = options.dialect;
    this.#submit = h(
      'button',
      { class: 'button button--primary button--wide', testid: 'join-button', attrs: { type: 'submit' } },
      'Join',
    );
    this.element = h(
      'main',
      { class: 'lobby', testid: 'lobby' },
      h('header', { class: 'lobby__header' }, logo(), new ThemeButton('lobby-theme-button').element),
      h('div', { class: 'lobby__body' }, this.#stage(), this.#form()),
    );
    this.#render();
  }

  /** Opens camera and microphone, and focuses the missing name or the button. */
  open(): void {
    this.#choose();
    this.#picker.open();
    void this.#preview.start().then(() => this.#picker.refresh());
    // On a touch screen the focus would open the keyboard over the page.
    if (matchMedia('(pointer: coarse)').matches) return;
    if (this.#name.value === '') this.#name.focus();
    else this.#submit.focus();
  }

  close(): void {
    this.#options.onClose();
    this.#preview.stop();
    this.#meter.show(null);
    this.#picker.close();
  }

  /** Joins, from the button or for a link with `join=1`. Resolves with false after showing a failure. */
  async join(choices: JoinChoices): Promise<boolean> {
    if (this.#isJoining) return false;
    this.#isJoining = true;
    this.#error.replaceChildren();
    delete this.#error.dataset.code;
    this.#render();
    try {
      await this.#options.onJoin(choices);
      return true;
    } catch (error) {
      this.#showError(error);
      return false;
    } finally {
      this.#isJoining = false;
      this.#render();
    }
  }

  #showError(error: unknown): void {
    console.warn('The room could not be joined:', error);
    const { code, reason } = TureenError.is(error) ? error : { code: 'error', reason: undefined };
    const { title, detail } = joinProblem(error);
    this.#error.dataset.code = code;
    this.#error.dataset.reason = reason ?? '';
    this.#error.replaceChildren(h('p', {}, h('strong', {}, title)), h('p', { class: 'lobby__hint' }, detail));
    this.#error.scrollIntoView({ block: 'nearest' });
  }

  #stage(): HTMLElement {
    return h(
      'section',
      { class: 'lobby__stage', attrs: { 'aria-label': 'Camera and microphone' } },
      h(
        'div',
        { class: 'preview' },
        h('div', { class: 'preview__avatar' }, this.#avatar.element),
        this.#video,
        this.#problem,
        this.#meter.element,
        h('div', { class: 'preview__controls' }, this.#buttons.microphone.element, this.#buttons.camera.element),
      ),
      this.#picker.element,
    );
  }

  #form(): HTMLElement {
    const { server } = this.#options;
    return h(
      'form',
      {
        class: 'lobby__form',
        testid: 'join-form',
        on: {
          submit: (event) => {
            event.preventDefault();
            void this.#submitForm();
          },
        },
      },
      h('h1', {}, 'Ready to join?'),
      h(
        'p',
        { class: 'lobby__lead' },
        'Everyone who enters the same room joins the same call. No installation needed.',
      ),
      this.#error,
      h('label', { class: 'field' }, h('span', { class: 'field__label' }, 'Your name'), this.#name),
      h('label', { class: 'field' }, h('span', { class: 'field__label' }, 'Room'), this.#room),
      h('label', { class: 'field' }, h('span', { class: 'field__label' }, 'Protocol'), this.#dialect),
      server === null
        ? null
        : h('p', { class: 'lobby__server', testid: 'lobby-server' }, 'Server: ', h('code', {}, server)),
      this.#submit,
    );
  }

  #toggle(kind: PreviewKind): IconButton {
    return new IconButton({
      icon: kind,
      label: kind === 'camera' ? 'Camera' : 'Microphone',
      testid: `lobby-${kind}-button`,
      class: 'icon-button--toggle icon-button--over',
      onClick: () => void this.#set(kind, !this.#preview.isWanted(kind)),
    });
  }

  async #set(kind: PreviewKind, isWanted: boolean): Promise<void> {
    await this.#preview.set(kind, isWanted);
    await this.#picker.refresh();
  }

  #render(): void {
    const preview = this.#preview;
    for (const kind of ['camera', 'microphone'] as const) {
      const isOn = preview.isWanted(kind) && preview.problemOf(kind) === null;
      this.#buttons[kind].setPressed(isOn);
      this.#buttons[kind].setIcon(isOn ? kind : `${kind}Off`);
      this.#buttons[kind].setTooltip(`Join with the ${kind} ${isOn ? 'off' : 'on'}`);
    }
    const camera = preview.trackOf('camera');
    const shown = this.#video.srcObject instanceof MediaStream ? this.#video.srcObject.getTracks()[0] : undefined;
    if (camera !== (shown ?? null)) this.#video.srcObject = camera === null ? null : new MediaStream([camera]);
    this.#video.hidden = camera === null;
    this.#meter.show(preview.trackOf('microphone'));
    this.#avatar.render('', this.#name.value);
    const problem = problemText({ camera: preview.problemOf('camera'), microphone: preview.problemOf('microphone') });
    setText(this.#problem, problem);
    this.#problem.hidden = problem === '';
    this.#submit.setAttribute('aria-busy', String(this.#isJoining));
    setText(this.#submit, this.#isJoining ? 'Joining…' : 'Join');
  }

  get #roomId(): string {
    return this.#room.value.trim();
  }

  get #chosenDialect(): DialectName {
    return isDialectName(this.#dialect.value) ? this.#dialect.value : this.#options.dialect;
  }

  #choose(): void {
    if (this.#roomId !== '') this.#options.onChoice({ roomId: this.#roomId, dialect: this.#chosenDialect });
  }

  async #submitForm(): Promise<void> {
    const name = this.#name.value.trim();
    const roomId = this.#roomId;
    if (name === '' || roomId === '') {
      (name === '' ? this.#name : this.#room).focus();
      return;
    }
    const dialect = this.#chosenDialect;
    writeSettings({ name, dialect });
    const wants = (kind: PreviewKind) => this.#preview.isWanted(kind) && this.#preview.problemOf(kind) === null;
    await this.join({ name, roomId, dialect, microphone: wants('microphone'), camera: wants('camera') });
  }
}
