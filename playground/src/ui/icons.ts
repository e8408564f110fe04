import {
  Activity,
  ArrowDownLeft,
  ArrowDownUp,
  ArrowUpRight,
  Contrast,
  Copy,
  EllipsisVertical,
  Link,
  Maximize,
  MessageSquare,
  Mic,
  MicOff,
  MonitorUp,
  MonitorX,
  Moon,
  Pause,
  PhoneOff,
  Play,
  SendHorizontal,
  Settings,
  Sun,
  Trash2,
  TriangleAlert,
  Users,
  Video,
  VideoOff,
  Volume2,
  WifiOff,
  X,
  createElement,
} from 'lucide';

const icons = {
  alert: TriangleAlert,
  camera: Video,
  cameraOff: VideoOff,
  chat: MessageSquare,
  clear: Trash2,
  close: X,
  copy: Copy,
  fullscreen: Maximize,
  in: ArrowDownLeft,
  leave: PhoneOff,
  link: Link,
  microphone: Mic,
  microphoneOff: MicOff,
  more: EllipsisVertical,
  offline: WifiOff,
  out: ArrowUpRight,
  pause: Pause,
  people: Users,
  play: Play,
  send: SendHorizontal,
  settings: Settings,
  share: MonitorUp,
  sound: Volume2,
  stats: Activity,
  stopShare: MonitorX,
  themeDark: Moon,
  themeLight: Sun,
  themeSystem: Contrast,
  trace: ArrowDownUp,
} as const;

export type IconName = keyof typeof icons;

/** Creates an icon. Hidden from screen readers, since a label stands beside it. */
export function icon(name: IconName): SVGElement {
  const svg = createElement(icons[name]);
  svg.setAttribute('class', 'icon');
  svg.setAttribute('aria-hidden', 'true');
  svg.setAttribute('focusable', 'false');
  return svg;
}
