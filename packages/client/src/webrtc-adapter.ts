/** Import `@tureen/client/webrtc-adapter` once, before everything else, to even out differences between browsers. */
import 'webrtc-adapter';
