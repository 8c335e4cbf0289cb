// @ts-check
/** The languages of the practice org, and the filling of `{gaps}`. */

import { de } from './de.mjs';
import { en } from './en.mjs';
import { es } from './es.mjs';
import { fr } from './fr.mjs';
import { ja } from './ja.mjs';

/** @typedef {typeof en} Words */
/** @typedef {'en' | 'ja' | 'de' | 'fr' | 'es'} Language */

/** @type {Record<Language, Words>} */
const LANGUAGES = { en, ja, de, fr, es };

/** @param {Language} language @returns {Words} */
export function wordsOf(language) {
  return LANGUAGES[language] ?? en;
}

/** @param {string} text @param {Record<string, string | number>} gaps */
export function fill(text, gaps) {
  return text.replace(/\{(\w+)\}/g, (whole, name) => String(gaps[name] ?? whole));
}
