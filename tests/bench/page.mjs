// @ts-check
// What our scripts cost the main thread of a large page: the longest single task, and all of them. The quietest of three.

import { startBench } from '../page/lib.mjs';
import { LARGE, stalls } from '../page/stalls.mjs';

const bench = await startBench();
try {
  console.log(`  ${''.padEnd(52)}${'longest'.padStart(10)}${'whole'.padStart(10)}`);
  for (const large of LARGE) {
    for (const scripts of [['mail'], ['facts', 'once']]) {
      const runs = [];
      for (let run = 0; run < 3; run += 1) runs.push(await stalls(bench, large, scripts));
      const least = (/** @type {'longest' | 'total'} */ key) => Math.min(...runs.map((one) => one[key])).toFixed(1);
      const name = `${scripts[0]}.js, ${large.name}`;
      console.log(`  ${name.padEnd(52)}${`${least('longest')} ms`.padStart(10)}${`${least('total')} ms`.padStart(10)}`);
    }
  }
} finally {
  await bench.close();
}
