// Bounds of one message. Lengths of text are in characters (UTF-16 units), those named `BYTES` in bytes.

/** Longest peer id, room id, user id or pusher id. */
export const MAX_PEER_ID_LENGTH = 128;
/** Longest id of a transport, producer or consumer. */
export const MAX_ENTITY_ID_LENGTH = 256;
/** Longest display name, device text, source, label or protocol of a data channel. */
export const MAX_NAME_LENGTH = 256;
/** Longest token, password or secret. */
export const MAX_TOKEN_LENGTH = 16_384;
/** Longest text message, in bytes of UTF-8. */
export const MAX_TEXT_BYTES = 16_384;
/** Longest SDP that a schema reads; the limit of the server is lower. */
export const MAX_SDP_LENGTH = 0x20000;

/** Largest appData of a client's message, in bytes of UTF-8, as JSON. */
export const MAX_APP_DATA_BYTES = 8192;
/** Deepest nesting of objects and arrays in the appData of a client's message. */
export const MAX_APP_DATA_DEPTH = 32;
/** Deepest nesting in a client's whole message: that of appData, and of the message around it. */
export const MAX_MESSAGE_DEPTH = 40;

export const MAX_CODECS = 128;
export const MAX_HEADER_EXTENSIONS = 64;
/** For each codec. */
export const MAX_RTCP_FEEDBACK = 16;
/** For each codec or header extension. */
export const MAX_PARAMETERS = 32;
/** Of one codec parameter, its name or its value. */
export const MAX_PARAMETER_LENGTH = 1024;
export const MAX_ENCODINGS = 16;
export const MAX_FINGERPRINTS = 8;
export const MAX_ICE_CANDIDATES = 64;
export const MAX_ICE_SERVERS = 64;
/** Longest string of RTP, ICE, DTLS or SCTP parameters that no grammar bounds further. */
export const MAX_SDP_TOKEN_LENGTH = 256;

/** Most extensions that one end may announce. */
export const MAX_EXTENSIONS = 64;
/** Most entities of one kind that a request may name. */
export const MAX_ENTITIES = 2048;

/** Longest list in a server's message: the roster of a large room. */
export const MAX_LIST = 0x10000;
/** Longest text in a server's message. */
export const MAX_SERVER_TEXT_LENGTH = 0x100000;
