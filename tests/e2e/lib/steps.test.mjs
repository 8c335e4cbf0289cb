// @ts-check

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { steps } from './steps.mjs';

test('every hook runs after every step, until it is taken off', async () => {
  /** @type {string[]} */
  const log = [];
  const { step, everyStep, done } = steps();
  const off = everyStep((title) => log.push(`after ${title}`));
  assert.equal(await step('one', () => { log.push('one'); return 1; }), 1);
  off();
  await step('two', async () => { log.push('two'); });
  assert.deepEqual(log, ['one', 'after one', 'two']);
  assert.deepEqual(done, ['one', 'two']);
});

test('a failure names its step, and a failed step is not followed by its hooks', async () => {
  const { step, everyStep } = steps();
  let ran = 0;
  everyStep(() => { ran += 1; throw new Error('no'); });
  await assert.rejects(step('press', () => { throw new Error('gone'); }), /step “press”: gone/);
  assert.equal(ran, 0);
  await assert.rejects(step('press', () => {}), /after step “press”: no/);
});
