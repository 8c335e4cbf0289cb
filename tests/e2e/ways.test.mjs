// @ts-check
// The main job in both browsers: both ways, as they are and with the worker stopped after every step.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { PASSWORDS } from '../practice/data.mjs';
import { startPractice } from '../practice/server.mjs';
import { launchChromium } from './lib/chromium.mjs';
import { launchFirefox } from './lib/firefox.mjs';
import { scanProfile } from './lib/profile-scan.mjs';
import { steps } from './lib/steps.mjs';
import { ADA, articleWay, createVault, GRACE, PASSPHRASE, revealedToken, shortWay, tokenFromMail } from './ways.mjs';

const BROWSERS = { chromium: launchChromium, firefox: launchFirefox };

for (const [name, launch] of Object.entries(BROWSERS)) {
  for (const killing of [false, true]) {
    test(`${name}: both ways end with the token kept${killing ? ', with the worker stopped after every step' : ''}`, { timeout: 420_000 }, async (t) => {
      const practice = await startPractice();
      t.after(() => practice.stop());
      const { org } = practice;
      const browser = await launch({ hostMapPort: practice.port, t });
      const { step, everyStep } = steps();
      if (killing) everyStep(() => browser.stopWorker());
      const stage = { browser, org, step };

      const login = await browser.newPage('https://login.salesforce.com/');
      await createVault(stage, login);
      await articleWay(stage, login, ADA);
      await tokenFromMail(stage, ADA);
      const ada = org.users.get(ADA.username);
      assert.equal(await revealedToken(browser, ADA.username), ada.token);

      const mine = await browser.newPage('https://globex.my.salesforce.com/');
      await shortWay(stage, mine, GRACE, PASSWORDS[GRACE.username]);
      await tokenFromMail(stage, GRACE, 'outlook');
      const grace = org.users.get(GRACE.username);
      assert.equal(await revealedToken(browser, GRACE.username), grace.token);

      // Each token was reset once, by a press, and nobody visited the address that resets on sight.
      assert.deepEqual([ada.resets, grace.resets], [1, 1]);
      const visits = org.requests.filter((/** @type {any} */ r) => r.path.endsWith('ResetApiTokenConfirm') && r.method === 'GET');
      assert.deepEqual(visits, []);
      assert.notEqual(ada.password, PASSWORDS[ADA.username]);
      assert.deepEqual(org.events.filter((/** @type {any} */ e) => ['caught', 'login-failed', 'form-without-un'].includes(e.kind)), []);

      assert.deepEqual(await browser.ownErrors(), []);
      await browser.close();
      const secrets = [PASSPHRASE, ada.token, ada.password, grace.token, ...ada.oldTokens, ...grace.oldTokens].filter(Boolean);
      assert.deepEqual(await scanProfile(browser.profileDir, secrets), []);
    });
  }
}
