/**
 * Additive parameter of the URL, with the value `1`: the client reads the notification `welcome`, with which Tureen's server answers the
 * first request of mediasoup-v3 and mediasoup-v2 before it is sent. The join then takes one round trip. Other servers ignore the parameter.
 */
export const WELCOME_PARAM = 'welcome';
