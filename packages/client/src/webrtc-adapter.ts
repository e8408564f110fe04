/** `import '@tureen/client/webrtc-adapter'`: evens out what browsers do differently. For its effect; import it once, first. */
import 'webrtc-adapter';
