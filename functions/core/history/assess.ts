import { type AccessEvent, secretsOf } from '../model/access-event.ts';
import type { Assessment, First } from '../model/assessment.ts';
import { type AssessmentBasis, isHistorySufficient, settledDays } from './assessment-basis.ts';
import { type DaysSeen, dayNumber, daysBefore } from './days-seen.ts';
import { isSharedNetwork, networkKnown } from './network-knowledge.ts';
import { identitySubject, networkSubject, organisationSubject, secretSubjects } from './sightings.ts';
import { nothingUsual, usualOf } from './usual.ts';

/** A secret is new for a week: its readers all begin then. */
const secretIsNewDays = 7;

/**
 * What an event means in the light of history and contracts.
 *
 * History is taken by whole UTC days before the event's own, so that the verdict on a day does not depend on the order
 * in which its events arrive.
 *
 * @param firsts as `firstsOf` has them
 */
export function assess(event: AccessEvent, basis: AssessmentBasis, firsts: readonly First[]): Assessment {
  const { completeSince, contracts } = basis;
  const contract = contracts.judge(event);
  const isDecoy = secretsOf(event).some((secret) => contracts.isDecoy(secret));
  const isRotated = secretsOf(event).some((secret) => contracts.isRotated(secret));
  if (event.time === null) return { ...unknown, contract, isDecoy, isRotated };

  const day = dayNumber(event.time);
  const identity = basis.profile(identitySubject(event));
  const usual = usualOf(identity, day);
  const suiteIsOld = isHistorySufficient(day, basis);
  const networkKnownTo = networkKnown(event, identity, basis, day);
  return {
    history: suiteIsOld ? 'sufficient' : 'short',
    firsts,
    networkKnownTo,
    regionsNewToOrganisation: suiteIsOld && event.action === 'replicate' ? newRegions(event, basis, day) : [],
    accountsNewToOrganisation:
      suiteIsOld && event.action === 'put-policy'
        ? newAccounts(event, basis, day)
        : (event.detail.policy?.accounts ?? []),
    networkIsShared: isSharedNetwork(event, basis, day, networkKnownTo === 'organisation'),
    seenSince: {
      identity: daysBefore(identity.days('day'), day).at(-1) ?? null,
      network: daysBefore(basis.profile(networkSubject(event) ?? '').days('day'), day).at(-1) ?? null,
      complete: completeSince === undefined ? null : dayNumber(completeSince),
    },
    secretIsNew: secretSubjects(event).some((subject) =>
      isNewSecret(basis.profile(subject).days('day'), day),
    ),
    usual,
    contract,
    isDecoy,
    isRotated,
  };
}

const newAccounts = ({ detail }: AccessEvent, { profile }: AssessmentBasis, day: number): string[] =>
  (detail.policy?.accounts ?? []).filter(
    (account) => daysBefore(profile(organisationSubject).days('account', account), day).length < settledDays,
  );

const newRegions = ({ detail }: AccessEvent, { profile }: AssessmentBasis, day: number): string[] =>
  (detail.regions ?? []).filter(
    (region) => daysBefore(profile(organisationSubject).days('region', region), day).length < settledDays,
  );

/** Known to be new by its creation. One that nobody has read for months is not new, only quiet. */
const isNewSecret = (created: DaysSeen | undefined, day: number): boolean =>
  daysBefore(created, day + 1).some((each) => each > day - secretIsNewDays);

const unknown = {
  history: 'short',
  firsts: [],
  networkKnownTo: 'identity',
  regionsNewToOrganisation: [],
  accountsNewToOrganisation: [],
  networkIsShared: false,
  seenSince: { identity: null, network: null, complete: null },
  secretIsNew: false,
  usual: nothingUsual,
} as const;
