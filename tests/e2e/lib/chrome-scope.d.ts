// The globals of Firefox's own window, as far as `firefox.mjs` uses them. Firefox publishes no types for them.
declare const ChromeUtils: any;
declare const Services: any;
declare const WebExtensionPolicy: any;
declare const gBrowser: any;
declare const Ci: any;
