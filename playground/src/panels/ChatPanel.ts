import type { Chat, ChatMessage } from '../call/Chat.ts';
import { clockTime } from '../logic/texts.ts';
import { h } from '../ui/dom.ts';
import { icon } from '../ui/icons.ts';
import type { Panel } from './Sidebar.ts';

/** ms within which messages of one person share a heading. */
const togetherMs = 120_000;

export class ChatPanel implements Panel {
  readonly title = 'Chat';
  readonly element: HTMLElement;
  readonly firstFocus: HTMLTextAreaElement;
  readonly #chat: Chat;
  readonly #list = h('ol', { testid: 'chat-messages' });
  readonly #scroller = h(
    'div',
    { class: 'chat__messages', attrs: { role: 'log', 'aria-label': 'Messages', tabindex: 0 } },
    this.#list,
  );
  readonly #empty = h(
    'p',
    { class: 'panel__empty' },
    'No messages yet. Everyone in the room receives your messages. Your list is cleared when you leave.',
  );
  #rendered = 0;

  constructor(chat: Chat) {
    this.#chat = chat;
    this.firstFocus = h('textarea', {
      class: 'chat__input',
      testid: 'chat-input',
      attrs: { rows: 1, maxlength: 2000, placeholder: 'Write to everyone', 'aria-label': 'Message' },
      on: {
        keydown: (event) => {
          // During composition, Enter belongs to the input method.
          if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
          event.preventDefault();
          void this.#send();
        },
      },
    });
    const form = h(
      'form',
      {
        class: 'chat__form',
        on: {
          submit: (event) => {
            event.preventDefault();
            void this.#send();
          },
        },
      },
      this.firstFocus,
      h(
        'button',
        {
          class: 'icon-button icon-button--accent',
          testid: 'chat-send',
          attrs: { type: 'submit', 'aria-label': 'Send', title: 'Send (Enter)' },
        },
        icon('send'),
      ),
    );
    this.element = h('div', { class: 'chat' }, this.#empty, this.#scroller, form);
  }

  render(): void {
    const { messages } = this.#chat;
    this.#empty.hidden = messages.length > 0;
    this.#scroller.hidden = messages.length === 0;
    const isAtEnd = this.#scroller.scrollHeight - this.#scroller.scrollTop - this.#scroller.clientHeight < 40;
    const isNew = this.#rendered < messages.length;
    for (; this.#rendered < messages.length; this.#rendered += 1) {
      const message = messages[this.#rendered];
      if (message !== undefined) this.#list.append(this.#item(message, messages[this.#rendered - 1]));
    }
    // Keeps the scroll position of a user who reads earlier messages.
    if (isNew && (isAtEnd || messages.at(-1)?.isOwn === true)) this.#scrollToEnd();
  }

  onOpened(): void {
    this.#chat.setOpen(true);
    this.#scrollToEnd();
  }

  onClosed(): void {
    this.#chat.setOpen(false);
  }

  #item(message: ChatMessage, before: ChatMessage | undefined): HTMLElement {
    const isSame = before?.authorId === message.authorId && message.at - before.at < togetherMs;
    return h(
      'li',
      {
        class: `chat__message${isSame ? ' chat__message--same' : ''}`,
        testid: 'chat-message',
        attrs: { 'data-own': String(message.isOwn), 'data-peer-id': message.authorId },
      },
      h(
        'p',
        { class: isSame ? 'visually-hidden' : 'chat__meta' },
        h('span', { class: 'chat__author', testid: 'chat-author' }, message.isOwn ? 'You' : message.author),
        ' ',
        h('time', { attrs: { datetime: new Date(message.at).toISOString() } }, clockTime(message.at)),
      ),
      h('p', { class: 'chat__text', testid: 'chat-text' }, message.text),
    );
  }

  async #send(): Promise<void> {
    const text = this.firstFocus.value;
    this.firstFocus.value = '';
    const isSent = await this.#chat.send(text);
    // Restores the text, unless the user already writes another message.
    if (!isSent && this.firstFocus.value === '') this.firstFocus.value = text.trim() === '' ? '' : text;
  }

  #scrollToEnd(): void {
    this.#scroller.scrollTop = this.#scroller.scrollHeight;
  }
}
