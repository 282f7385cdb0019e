/**
 * Whether what `secrets-audit learn` drafts is worth something: contracts are learned from 90 days of simulated
 * organisations, and judge the next 30. `npm run evaluate:learn -- [seed…]`; exit 1 when a point fails.
 */
import { contractDetectors, type LearnedOutcome, tryLearnedContracts } from './learned-contracts.ts';
import { grades } from './organisation/labels.ts';
import { tuningSeeds } from './organisation/seeds.ts';

const tell = (text: string): void => {
  process.stdout.write(`${text}\n`);
};

function report({ seed, draft, peaceful, attacks }: LearnedOutcome): boolean {
  const unexcused = peaceful.filter(({ isNew, saysSo }) => !isNew || !saysSo);
  const byContract = unexcused.filter(({ finding }) => contractDetectors.has(finding.detector));
  const missed = attacks.filter(({ foundBy }) => foundBy.length === 0);
  tell(
    `seed ${seed}: ${draft.clauses} clauses for ${draft.secrets} secrets, ${draft.todos} TODO; above low in 30 peaceful days: ${peaceful.length}, of which ${peaceful.length - unexcused.length} about newcomers and saying so, ${byContract.length} others by contracts, ${unexcused.length - byContract.length} others by other detectors; attacks outside contracts found: ${attacks.length - missed.length} of ${attacks.length}`,
  );
  for (const { finding, isNew } of unexcused) {
    tell(
      `  ${finding.severity} ${finding.detector}${isNew ? ' (a newcomer, and does not say so)' : ''}: ${finding.title}. ${finding.explanation}`,
    );
  }
  for (const { id, story } of missed) tell(`  missed ${id}: ${story}`);
  return byContract.length === 0 && missed.length === 0;
}

const size = { secrets: 200, principals: 300, learnedDays: 90, judgedDays: 30 };
const seeds = process.argv.slice(2).map(Number);
let holds = true;
for (const seed of seeds.length > 0 ? seeds : tuningSeeds.slice(0, 3)) {
  const outcome = await tryLearnedContracts({ ...size, seed, attacks: () => grades });
  holds = report(outcome) && holds;
}
process.exitCode = holds ? 0 : 1;
