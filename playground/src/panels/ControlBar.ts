import type { Call } from '../call/Call.ts';
import { IconButton } from '../ui/IconButton.ts';
import { h } from '../ui/dom.ts';
import type { PanelName, Sidebar } from './Sidebar.ts';

const canShareScreen = () =>
  // Missing on phones and without TLS, although the types declare it.
  (navigator as { mediaDevices?: Partial<MediaDevices> }).mediaDevices?.getDisplayMedia !== undefined;

/** Buttons below the stage. On a phone, buttons that don't fit move to a menu. */
export class ControlBar {
  readonly element: HTMLElement;
  readonly #call: Call;
  readonly #sidebar: Sidebar;
  readonly #microphone: IconButton;
  readonly #camera: IconButton;
  readonly #share: IconButton;
  readonly #panelButtons: ReadonlyMap<PanelName, IconButton>;
  readonly #more: IconButton;
  #isMoreOpen = false;

  constructor(call: Call, sidebar: Sidebar, onLeave: () => void) {
    this.#call = call;
    this.#sidebar = sidebar;
    this.#microphone = new IconButton({
      icon: 'microphone',
      label: 'Microphone',
      testid: 'microphone-button',
      shortcut: 'm',
      class: 'icon-button--toggle',
      onClick: () => {
        this.toggleMicrophone();
      },
    });
    this.#camera = new IconButton({
      icon: 'camera',
      label: 'Camera',
      testid: 'camera-button',
      shortcut: 'v',
      class: 'icon-button--toggle',
      onClick: () => {
        this.toggleCamera();
      },
    });
    this.#share = new IconButton({
      icon: 'share',
      label: 'Share screen',
      testid: 'share-button',
      shortcut: 's',
      class: 'icon-button--share',
      onClick: () => {
        this.toggleShare();
      },
    });
    const leave = new IconButton({
      icon: 'leave',
      label: 'Leave',
      testid: 'leave-button',
      class: 'icon-button--danger',
      text: 'Leave',
      onClick: onLeave,
    });
    const chat = this.#panelButton('chat', 'Chat');
    const people = this.#panelButton('people', 'People');
    const trace = this.#panelButton('trace', 'Signaling messages');
    const settings = this.#panelButton('settings', 'Settings');
    this.#panelButtons = new Map([
      ['chat', chat],
      ['people', people],
      ['trace', trace],
      ['settings', settings],
    ]);
    this.#more = new IconButton({
      icon: 'more',
      label: 'More',
      testid: 'more-button',
      class: 'bar__more',
      onClick: () => {
        this.setMoreOpen(!this.#isMoreOpen);
      },
    });
    this.#more.setExpanded(false);
    this.element = h(
      'div',
      { class: 'bar', attrs: { role: 'group', 'aria-label': 'Call controls' } },
      h(
        'div',
        { class: 'bar__row' },
        h(
          'div',
          { class: 'bar__main' },
          this.#microphone.element,
          this.#camera.element,
          canShareScreen() ? this.#share.element : null,
          leave.element,
        ),
        h(
          'div',
          { class: 'bar__side' },
          chat.element,
          h('div', { class: 'bar__menu' }, people.element, trace.element, settings.element),
          this.#more.element,
        ),
      ),
    );
    // A click outside closes the menu.
    document.addEventListener('pointerdown', this.#handlePointerDown);
  }

  get isMoreOpen(): boolean {
    return this.#isMoreOpen;
  }

  setMoreOpen(isOpen: boolean): void {
    if (isOpen === this.#isMoreOpen) return;
    this.#isMoreOpen = isOpen;
    this.element.classList.toggle('bar--more', isOpen);
    this.#more.setExpanded(isOpen);
    if (isOpen) this.element.querySelector<HTMLElement>('.bar__menu button')?.focus();
    else this.#more.element.focus();
  }

  /** Returns the button that receives the focus when the panel closes. */
  openerOf(panel: PanelName): HTMLElement | null {
    const button = this.#panelButtons.get(panel)?.element;
    return button?.checkVisibility() === true ? button : this.#more.element;
  }

  toggleMicrophone(): void {
    void this.#call.media.toggle('microphone');
  }

  toggleCamera(): void {
    void this.#call.media.toggle('camera');
  }

  toggleShare(): void {
    if (canShareScreen()) void this.#call.media.toggle('screen');
  }

  render(): void {
    const { media, chat, room } = this.#call;
    const microphone = media.isWanted('microphone');
    this.#microphone.setPressed(microphone);
    this.#microphone.setIcon(microphone ? 'microphone' : 'microphoneOff');
    this.#microphone.setTooltip(microphone ? 'Mute' : 'Unmute');
    this.#microphone.setBusy(media.isBusy('microphone'));
    const camera = media.isWanted('camera');
    this.#camera.setPressed(camera);
    this.#camera.setIcon(camera ? 'camera' : 'cameraOff');
    this.#camera.setTooltip(camera ? 'Turn the camera off' : 'Turn the camera on');
    this.#camera.setBusy(media.isBusy('camera'));
    const screen = media.isOn('screen');
    this.#share.setPressed(screen);
    this.#share.setIcon(screen ? 'stopShare' : 'share');
    this.#share.setTooltip(screen ? 'Stop sharing' : 'Share your screen');
    this.#share.setBusy(media.isBusy('screen'));
    for (const [name, button] of this.#panelButtons) button.setExpanded(this.#sidebar.open === name);
    this.#panelButtons.get('chat')?.setBadge(chat.unread, { testid: 'chat-unread', counted: 'unread' });
    this.#panelButtons.get('people')?.setBadge(room.peers.size + 1, { testid: 'people-count', counted: 'here' });
  }

  close(): void {
    document.removeEventListener('pointerdown', this.#handlePointerDown);
  }

  #panelButton(name: PanelName, label: string): IconButton {
    const button = new IconButton({
      icon: name,
      label,
      testid: `${name}-button`,
      text: label,
      onClick: () => {
        if (this.#isMoreOpen) this.setMoreOpen(false);
        this.#sidebar.toggle(name);
      },
    });
    button.element.setAttribute('aria-controls', 'sidebar');
    return button;
  }

  readonly #handlePointerDown = (event: PointerEvent): void => {
    if (!this.#isMoreOpen) return;
    const target = event.target instanceof Node ? event.target : null;
    const isInside = target !== null && this.element.querySelector('.bar__side')?.contains(target) === true;
    if (!isInside) this.setMoreOpen(false);
  };
}
