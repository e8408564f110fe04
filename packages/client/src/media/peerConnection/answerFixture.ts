/** Returns the answer of a server that accepts an offer, with the first codec of each section. */
export function answerTo(offer: string, change: (lines: string[]) => string[] = (lines) => lines): string {
  const direction = offer.includes('a=sendonly') ? 'recvonly' : 'sendonly';
  const sections = offer.split(/(?=^m=)/m).slice(1);
  const lines = ['v=0', 'o=- 1 1 IN IP4 0.0.0.0', 's=-', 't=0 0', 'a=ice-lite'];
  lines.push(`a=group:BUNDLE ${sections.map((_, mid) => mid).join(' ')}`);
  for (const [mid, section] of sections.entries()) {
    const [, kind = '', , first = ''] = /^m=(\w+) (\d+) \S+ (\d+)/.exec(section) ?? [];
    lines.push(
      `m=${kind} 7 UDP/TLS/RTP/SAVPF ${first}`,
      'c=IN IP4 127.0.0.1',
      ...[...section.matchAll(new RegExp(`^a=(?:rtpmap|fmtp|rtcp-fb):${first} .*$`, 'gm'))].map(([line]) =>
        line.trim(),
      ),
      'a=setup:passive',
      `a=mid:${mid}`,
      `a=${direction}`,
      'a=ice-ufrag:abcdefgh',
      'a=ice-pwd:abcdefghabcdefghabcdefgh',
      `a=fingerprint:sha-256 ${Array.from({ length: 32 }, () => 'AB').join(':')}`,
      'a=candidate:1 1 udp 10001 127.0.0.1 7 typ host',
      'a=rtcp-mux',
      `a=ssrc:${1000 + mid} cname:server`,
    );
  }
  return `${change(lines).join('\r\n')}\r\n`;
}
