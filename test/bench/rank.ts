/**
 * `npm run bench:rank -- petshop|nezha FOLDER`: recorded incidents of a public set through `vigil rank`, and its windows
 * in which nothing was wrong. `npm run bench:rank -- load [SERIES]`: a day of many series through the ranker alone.
 */
import { nezhaCases, nezhaQuiet } from '../../fixtures/import/nezha.ts';
import { petshopCases, petshopQuiet } from '../../fixtures/import/petshop.ts';
import { leaveOneFaultOut } from './rank/leave-one-out.ts';
import { rankLoad } from './rank/load.ts';
import { replayed } from './rank/replayed.ts';
import { accuracy, byFault, specificity } from './rank/score.ts';

const [what, argument] = process.argv.slice(2);
if (what === 'load') console.log(JSON.stringify(rankLoad(Number(argument ?? 5000))));
else if (what === 'petshop' && argument !== undefined) await measure(petshopCases, petshopQuiet, argument);
else if (what === 'nezha' && argument !== undefined) await measure(nezhaCases, nezhaQuiet, argument);
else throw new Error('npm run bench:rank -- petshop|nezha FOLDER, or load [SERIES]');

async function measure(cases: typeof petshopCases, quiet: typeof petshopQuiet, folder: string): Promise<void> {
  const outcomes = await replayed(cases(folder));
  if (outcomes.length === 0) throw new Error(`${folder} holds no case: give the folder that the set's cases stand in`);
  console.log(accuracy('all cases', outcomes));
  for (const [fault, own] of byFault(outcomes)) console.log(accuracy(`  ${fault}`, own));
  for (const late of [60, 600]) console.log(accuracy(`alert ${late} s late`, await replayed(cases(folder, late))));
  console.log(specificity(await replayed(quiet(folder))));
  console.log(await leaveOneFaultOut(cases(folder)));
  console.log(`most memory: ${Math.round(process.resourceUsage().maxRSS / 1024)} MB`);
}
