import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { checkSettings } from './checkSettings.ts';
import { helpText, settingsMarkdown, withoutSecrets } from './describeSettings.ts';
import { envOf, flagOf, SETTING_NAMES } from './settingsTable.ts';

describe('the description of the settings', () => {
  it('has every flag, its variable and its default in the help', () => {
    const help = helpText();
    for (const name of SETTING_NAMES) {
      expect(help).toContain(`  --${flagOf(name)}`);
      expect(help).toContain(envOf(name));
    }
    expect(help).toMatch(/--ping-interval-ms <n>\n.*\n {6}default 10000 ms; TUREEN_PING_INTERVAL_MS/);
  });

  it('has no TURN credential', () => {
    const settings = checkSettings({
      iceServers: [{ urls: 'stun:a.example' }, { urls: 'turn:b.example', username: 'user', credential: 'hunter2' }],
    });
    const printed = JSON.stringify(withoutSecrets(settings));
    expect(printed).not.toContain('hunter2');
    expect(printed).toContain('turn:b.example');
    expect(settings.iceServers[1]?.credential).toBe('hunter2');
  });

  it('has no token secret, nor has the refusal of a short one', () => {
    const jwtSecret = 'hunter2hunter2hunter2hunter2hunter2';
    expect(JSON.stringify(withoutSecrets(checkSettings({ jwtSecret })))).not.toContain('hunter2');
    expect(() => checkSettings({ jwtSecret: 'hunter2' })).toThrow(
      /^(?!.*hunter2).*jwtSecret: must have 32 bytes or more/s,
    );
  });

  it('has no credentials of the URL of keys', () => {
    const printed = (jwtJwksUrl: string) => withoutSecrets(checkSettings({ jwtJwksUrl })).jwtJwksUrl;
    expect(printed('https://me:hunter2@keys.example:8443/jwks?key=hunter2')).toBe(
      'https://[redacted]@keys.example:8443/jwks?[redacted]',
    );
    expect(printed('https://keys.example/.well-known/jwks.json')).toBe('https://keys.example/.well-known/jwks.json');
  });

  it('is the same table as in the README', () => {
    const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
    const squeezed = (markdown: string) => markdown.replace(/-+/g, '-').replace(/ +/g, ' ').replace(/\| - /g, '|-');
    expect(squeezed(readme)).toContain(squeezed(settingsMarkdown()));
  });
});

describe('settings of a program', () => {
  it('are checked like those of the command line', () => {
    expect(() => checkSettings({ port: 70_000 })).toThrow('port: must be a whole number from 0 to 65535');
    expect(() => checkSettings({ port: '4443' as unknown as number })).toThrow('port: must be a whole number');
    expect(() => checkSettings({ prot: 1 } as object)).toThrow('prot: no such setting');
  });

  it('accept one key for tokens, and no token setting without a key', () => {
    expect(() => checkSettings({ jwtSecret: 'x'.repeat(32), jwtJwksUrl: 'https://keys.example' })).toThrow(
      'jwtJwksUrl: tokens have one key, already set by jwtSecret',
    );
    expect(() => checkSettings({ jwtAudience: 'tureen' })).toThrow('jwtAudience: requires a key for tokens');
    expect(() => checkSettings({ endWithToken: true })).toThrow('endWithToken: requires a key for tokens');
    expect(() => checkSettings({ jwtJwksUrl: 'http://keys.example' })).toThrow('jwtJwksUrl: must be https:');
  });

  it('may be omitted or undefined for the default', () => {
    expect(checkSettings({ port: 0 })).toMatchObject({ port: 0, host: '127.0.0.1', listenIp: undefined });
  });
});
