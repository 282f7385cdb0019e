import { type ContractInput, createContracts } from '../../../functions/core/contracts/contracts.ts';
import { parseSettings, type Settings } from '../../../functions/core/model/settings.ts';
import { account, otherAccount } from '../../support/records.ts';

/** What the tests' settings have in common. */
export const named = `version: 1
accounts: {prod: "${account}", tools: "${otherAccount}"}
teams: {messaging: {email: messaging@example.com}, platform: {email: platform@example.com}}
networks:
  prod-nat: {cidrs: [203.0.113.10/32, "2001:db8:1::/48"]}
  prod-vpce: {vpcEndpoints: [vpce-0a1b2c3d]}
  vpn: {cidrs: [198.51.100.0/28]}
  deployer: {services: [cloudformation.amazonaws.com]}
calendars:
  uk: {zone: Europe/London, days: Mon-Fri, from: "08:00", to: "19:00", holidays: [2026-12-25, 2026-12-28]}
`;

/** The parsed settings of the common part and a text. */
export const settingsOf = (text: string): Settings => parseSettings(named + text, 'audit.yaml');

export const contractsOf = (
  text: string,
  ...rest: Parameters<typeof createContracts> extends [ContractInput, ...infer Rest] ? Rest : never
) => createContracts(settingsOf(text), ...rest);

/** The sample of the project's brief, with invented accounts. */
export const clockwork = `
secrets:
  - match: {name: sms/clockwork, account: prod}
    owner: messaging
    allow:
      - {id: sender, role: sms-sender-exec, actions: [read], from: [prod-nat, prod-vpce],
         consumer: {ecs: prod/sms-sender, delivery: injected}}
      - {id: ci, role: ci-deploy, actions: [describe], from: [prod-nat]}
      - {id: oncall, permissionSet: OnCall, actions: [read], from: [vpn], hours: uk, announce: always}
      - {id: breakglass, role: break-glass, actions: any, from: any, severity: critical}
`;
