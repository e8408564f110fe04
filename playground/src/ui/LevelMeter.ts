import { h } from './dom.ts';

/** Shows the level of a microphone, so that the user sees that it works. */
export class LevelMeter {
  readonly element = h(
    'span',
    { class: 'meter', attrs: { 'aria-hidden': 'true', hidden: true } },
    h('span', { class: 'meter__bar' }),
  );
  #track: MediaStreamTrack | null = null;
  #stop: () => void = () => {};

  show(track: MediaStreamTrack | null): void {
    if (track === this.#track) return;
    this.#stop();
    this.#stop = () => {};
    this.#track = track;
    this.element.style.setProperty('--level', '0');
    this.element.hidden = track === null;
    if (track !== null) this.#stop = this.#start(track);
  }

  #start(track: MediaStreamTrack): () => void {
    const context = new AudioContext();
    const analyser = new AnalyserNode(context, { fftSize: 512 });
    context.createMediaStreamSource(new MediaStream([track])).connect(analyser);
    const samples = new Float32Array(analyser.fftSize);
    let shown = 0;
    let frame = requestAnimationFrame(draw);
    const { element } = this;

    function draw(): void {
      analyser.getFloatTimeDomainData(samples);
      const power = samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length;
      // -60 dB and less is silence, -10 dB is loud. The meter rises immediately and falls slowly.
      const level = Math.min(1, Math.max(0, (10 * Math.log10(power + 1e-10) + 60) / 50));
      shown = Math.max(level, shown * 0.92);
      element.style.setProperty('--level', shown.toFixed(2));
      frame = requestAnimationFrame(draw);
    }

    return () => {
      cancelAnimationFrame(frame);
      void context.close();
    };
  }
}
