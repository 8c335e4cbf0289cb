// @ts-check
// A flow in named steps, with something that happens after each of them. The same flow can so be tested as it is, and
// with the worker stopped (or the page reloaded, or the browser crashed) between any two steps.
//
//   const { step, everyStep } = steps();
//   everyStep(() => chromium.stopWorker());
//   await step('start the reset', () => click(popup, 'button', 'Start reset'));

/** @typedef {(title: string) => unknown} AfterStep */

export function steps() {
  /** @type {Set<AfterStep>} */
  const after = new Set();
  /** @type {string[]} */
  const done = [];
  return {
    /** The titles of the steps that went well, in order. */
    done: /** @type {readonly string[]} */ (done),

    /**
     * Runs `hook` after every step from now on, until the returned function is called.
     *
     * @param {AfterStep} hook
     */
    everyStep(hook) {
      after.add(hook);
      return () => void after.delete(hook);
    },

    /**
     * @template T
     * @param {string} title
     * @param {() => T | Promise<T>} body
     * @returns {Promise<T>}
     */
    async step(title, body) {
      const result = await named(`step “${title}”`, body);
      done.push(title);
      for (const hook of after) await named(`after step “${title}”`, () => hook(title));
      return result;
    },
  };
}

/**
 * @template T
 * @param {string} place
 * @param {() => T | Promise<T>} body
 */
async function named(place, body) {
  try {
    return await body();
  } catch (problem) {
    throw new Error(`In ${place}: ${problem instanceof Error ? problem.message : problem}`, { cause: problem });
  }
}
