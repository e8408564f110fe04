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

  it('classifies any other error as `other`', () => {
    expect(captureProblem(new Error('no'))).toBe('other');
  });
});

describe('problemText', () => {
  it('uses one sentence for a problem of both devices, and two for different problems', () => {
    expect(problemText({ camera: 'blocked', microphone: 'blocked' })).toBe(
      'Camera and microphone are blocked. Allow them beside the address of this page.',
    );
    expect(problemText({ camera: 'missing', microphone: 'busy' })).toBe(
      'The camera was not found. The microphone is in use by another program.',
    );
  });

  it('returns an empty text without a problem', () => {
    expect(problemText({ camera: null, microphone: null })).toBe('');
  });
});
