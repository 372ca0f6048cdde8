/**
 * `npm run bench:rank -- petshop|nezha|rcaeval FOLDER`: recorded incidents of a public set through `vigil rank`, and its windows
 * in which nothing was wrong. `npm run bench:rank -- load [SERIES]`: a day of many series through the ranker alone.
 */
import { type PublicSet, SETS } from '../../fixtures/import/sets.ts';
import { leaveOneFaultOut } from './rank/leave-one-out.ts';
import { rankLoad } from './rank/load.ts';
import { replayed } from './rank/replayed.ts';
import { accuracy, byFault, specificity } from './rank/score.ts';

const [what = '', argument] = process.argv.slice(2);
const set = SETS.get(what);
if (what === 'load') console.log(JSON.stringify(rankLoad(Number(argument ?? 5000))));
else if (set !== undefined && argument !== undefined) await measure(set, argument);
else throw new Error(`npm run bench:rank -- ${[...SETS.keys()].join('|')} FOLDER, or load [SERIES]`);

async function measure({ cases, quiet }: PublicSet, folder: string): Promise<void> {
  const outcomes = await replayed(cases(folder));
  if (outcomes.length === 0) throw new Error(`${folder} holds no case: give the folder that the set's cases stand in`);
  console.log(accuracy('all cases', outcomes));
  for (const [fault, own] of byFault(outcomes)) console.log(accuracy(`  ${fault}`, own));
  for (const late of [60, 600]) console.log(accuracy(`alert ${late} s late`, await replayed(cases(folder, late))));
  console.log(specificity(await replayed(quiet(folder))));
  console.log(await leaveOneFaultOut(cases(folder)));
  console.log(`most memory: ${Math.round(process.resourceUsage().maxRSS / 1024)} MB`);
}
