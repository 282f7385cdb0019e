import type { SettingsProblem } from '../contracts/consistency.ts';
import { instead } from '../contracts/nearest-name.ts';
import type { ContractSettings } from '../model/contract-settings.ts';
import type { NotifySettings } from '../model/notify-settings.ts';

type Named = Pick<ContractSettings, 'calendars' | 'teams'> & { readonly notify: NotifySettings };

/** What is wrong with `notify` in the light of the other settings: names of nothing. */
export function notifyProblems({ notify, calendars, teams }: Named): SettingsProblem[] {
  const { targets, routes } = notify;
  const hours = [
    { place: ['notify'], name: notify.hours },
    ...Object.entries(targets).map(([target, { hours }]) => ({
      place: ['notify', 'targets', target],
      name: hours,
    })),
  ].flatMap(({ place, name }) =>
    name === undefined || Object.hasOwn(calendars, name)
      ? []
      : [
          {
            path: [...place, 'hours'],
            message: `calendars has no ${name}${instead(name, Object.keys(calendars))}`,
          },
        ],
  );
  const reserved = Object.keys(targets).flatMap((name) =>
    ['email', 'slack'].includes(name) || name.startsWith('team-')
      ? [
          {
            path: ['notify', 'targets', name],
            message: `${name} is a target already; give this one another name`,
          },
        ]
      : [],
  );
  const known = [
    ...Object.keys(targets),
    ...(notify.email.length > 0 ? ['email'] : []),
    ...(notify.slack ? ['slack'] : []),
    ...Object.keys(teams).map((team) => `team-${team}`),
  ];
  const missing = routes.flatMap(({ to, match }, index) => [
    ...to.flatMap((name, place) =>
      known.includes(name)
        ? []
        : [
            {
              path: ['notify', 'routes', index, 'to', place],
              message: ['email', 'slack'].includes(name)
                ? `notify.${name} is not set`
                : `there is no target ${name}${instead(name, known)}`,
            },
          ],
    ),
    ...[match.owner ?? []].flat().flatMap((owner) =>
      Object.hasOwn(teams, owner) || owner.includes('@')
        ? []
        : [
            {
              path: ['notify', 'routes', index, 'match', 'owner'],
              message: `teams has no ${owner}${instead(owner, Object.keys(teams))}`,
            },
          ],
    ),
  ]);
  return [...hours, ...reserved, ...missing];
}
