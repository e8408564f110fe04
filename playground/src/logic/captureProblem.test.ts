import { describe, expect, it } from 'vitest';
import { captureProblem, problemText } from './captureProblem.ts';

describe('captureProblem', () => {
  it.each([
    ['NotAllowedError', 'blocked'],
    ['NotFoundError', 'missing'],
    ['NotReadableError', 'busy'],
    ['SecurityError', 'insecure'],
    ['AbortError', 'other'],
  ])('takes %s for %s', (name, problem) => {
    expect(captureProblem(new DOMException('', name))).toBe(problem);
  });

  it('takes anything else for other', () => {
    expect(captureProblem(new Error('no'))).toBe('other');
  });
});

describe('problemText', () => {
  it('is one sentence where both have the same problem, and two where they differ', () => {
    expect(problemText({ camera: 'blocked', microphone: 'blocked' })).toBe(
      'Camera and microphone are blocked. Allow them beside the address of this page.',
    );
    expect(problemText({ camera: 'missing', microphone: 'busy' })).toBe(
      'The camera was not found. The microphone is in use by another program.',
    );
  });

  it('is empty where there is none', () => {
    expect(problemText({ camera: null, microphone: null })).toBe('');
  });
});
