// Bounds of one message. Text lengths are in UTF-16 units, except where the comment or the name has another unit.

/** Maximum length of a peer ID, room ID, user ID or pusher ID, in Unicode code points. */
export const MAX_PEER_ID_LENGTH = 128;
/** Maximum length of the ID of a transport, producer or consumer. */
export const MAX_ENTITY_ID_LENGTH = 256;
/** Maximum length of a display name, device text, source, label or data channel protocol. */
export const MAX_NAME_LENGTH = 256;
/** Maximum length of a token, password or secret. */
export const MAX_TOKEN_LENGTH = 16_384;
/** Maximum length of a text message, in bytes of UTF-8. */
export const MAX_TEXT_BYTES = 16_384;
/** Maximum length of an SDP that a schema reads. The server's limit is lower. */
export const MAX_SDP_LENGTH = 0x20000;

/** Maximum size of the appData in a client's message, in bytes of UTF-8 as JSON. */
export const MAX_APP_DATA_BYTES = 8192;
/** Maximum nesting of objects and arrays in the appData of a client's message. */
export const MAX_APP_DATA_DEPTH = 32;
/** Maximum nesting of a client's whole message: appData and the message around it. */
export const MAX_MESSAGE_DEPTH = 40;

export const MAX_CODECS = 128;
export const MAX_HEADER_EXTENSIONS = 64;
/** Maximum number per codec. */
export const MAX_RTCP_FEEDBACK = 16;
/** Maximum number per codec or header extension. */
export const MAX_PARAMETERS = 32;
/** Maximum length of the name or value of a codec parameter. */
export const MAX_PARAMETER_LENGTH = 1024;
export const MAX_ENCODINGS = 16;
export const MAX_FINGERPRINTS = 8;
export const MAX_ICE_CANDIDATES = 64;
export const MAX_ICE_SERVERS = 64;
/** Maximum length of a string in RTP, ICE, DTLS or SCTP parameters whose grammar sets no other limit. */
export const MAX_SDP_TOKEN_LENGTH = 256;

/** Maximum number of extensions that one end may announce. */
export const MAX_EXTENSIONS = 64;
/** Maximum number of entities of one kind in a request. */
export const MAX_ENTITIES = 2048;

/** Maximum length of a list in a server's message, e.g. the roster of a large room. */
export const MAX_LIST = 0x10000;
/** Maximum length of a text in a server's message. */
export const MAX_SERVER_TEXT_LENGTH = 0x100000;
