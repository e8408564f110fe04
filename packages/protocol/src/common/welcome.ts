/**
 * Additive parameter of the URL: the client reads the notification `welcome`, with which Tureen's server answers the first requests of
 * mediasoup-v3 and mediasoup-v2 before they arrive. The join then takes one round trip. The value is `tcp` for media over TCP only, else `1`.
 * Other servers ignore the parameter.
 */
export const WELCOME_PARAM = 'welcome';
