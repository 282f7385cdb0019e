import ipaddr from 'ipaddr.js';
import * as z from 'zod';
import { isZone, parseDays, timeOfDayForm } from '../contracts/calendar-text.ts';
import { nearestName } from '../contracts/nearest-name.ts';

/** A text of some form; says what it must be, also where it is no text at all. Editors know the form as well. */
export const textLike = (form: RegExp, must: string) => z.string({ error: must }).regex(form, must);

const name = z
  .string()
  .regex(/^[\w.-]+$/, 'a name is of letters, digits, points, hyphens and underscores')
  .refine((text) => text !== 'any', 'any is a word of the settings and no name');

export const accountsSchema = z.record(
  name,
  textLike(/^\d{12}$/, 'must be the 12 digits of an account, in quotes').describe(
    'The 12 digits of the account, in quotes, because YAML would take them for a number',
  ),
);

export const teamsSchema = z.record(
  name,
  z
    .strictObject({
      slack: textLike(/^[#@].+/, 'must be a channel, such as "#payments", in quotes')
        .optional()
        .describe('Slack channel, in quotes, because # begins a comment'),
      email: z
        .email({ error: 'must be an email address' })
        .optional()
        .describe('Where the team is written to'),
    })
    .describe('A team that owns secrets'),
);

export const networksSchema = z.record(
  name,
  z
    .strictObject({
      cidrs: z
        .array(z.string().superRefine(checkCidr))
        .default([])
        .describe('Address ranges, IPv4 or IPv6; one address is 203.0.113.10/32'),
      vpcEndpoints: z
        .array(textLike(/^vpce-[0-9a-z]+$/, 'must be a VPC endpoint, such as vpce-0a1b2c3d'))
        .default([])
        .describe('VPC endpoints that calls come through'),
      services: z
        .array(
          textLike(
            /^[a-z0-9-]+(\.[a-z0-9-]+)*\.amazonaws\.com(\.cn)?$/,
            'must be the host name of an AWS service, such as lambda.amazonaws.com',
          ),
        )
        .default([])
        .describe(
          'AWS services that call on your behalf, by host name, such as cloudformation.amazonaws.com',
        ),
    })
    .refine(
      ({ cidrs, vpcEndpoints, services }) => cidrs.length + vpcEndpoints.length + services.length > 0,
      'an empty network: name cidrs, vpcEndpoints or services',
    )
    .describe('A place that calls come from. There is no "inside AWS": an attacker has an instance too'),
);

function checkCidr(text: string, context: z.RefinementCtx<string>): void {
  const problem = cidrProblem(text);
  if (problem) context.addIssue({ code: 'custom', message: problem });
}

const isAddress = (text: string): boolean =>
  ipaddr.IPv4.isValidFourPartDecimal(text) || ipaddr.IPv6.isValid(text);

function cidrProblem(text: string): string | undefined {
  if (isAddress(text)) {
    return `must be an address range (CIDR); this one address is ${text}/${text.includes(':') ? 128 : 32}`;
  }
  if (!isAddress(text.split('/')[0] ?? '') || !ipaddr.isValidCIDR(text)) {
    return 'must be an address range (CIDR), such as 198.51.100.0/28';
  }
  const [address, length] = ipaddr.parseCIDR(text);
  if (address instanceof ipaddr.IPv6 && address.isIPv4MappedAddress()) return 'must be written as IPv4';
  const network = (address.kind() === 'ipv4' ? ipaddr.IPv4 : ipaddr.IPv6).networkAddressFromCIDR(text);
  return network.toNormalizedString() === address.toNormalizedString()
    ? undefined
    : `${text} has bits set beyond its length; the range is ${network}/${length}`;
}

const timeOfDay = (must: string) => textLike(timeOfDayForm, must);

const oneOrMoreDays = 'must be days, such as Mon-Fri, Sat or [Mon, Wed-Fri]';

export const calendarsSchema = z.record(
  name,
  z
    .strictObject({
      zone: z
        .string({ error: 'must be a zone of the IANA database, such as Europe/London' })
        .superRefine((zone, context) => {
          if (isZone(zone)) return;
          const nearest = nearestName(zone, Intl.supportedValuesOf('timeZone'));
          const message = `${zone} is no zone of the IANA database; ${nearest ? `the nearest is ${nearest}` : 'one is Europe/London'}`;
          context.addIssue({ code: 'custom', message });
        })
        .describe('Zone of the IANA database, such as Europe/London; its summer time is followed'),
      days: z
        .union([z.string(), z.array(z.string()).min(1, oneOrMoreDays)], { error: oneOrMoreDays })
        .refine((days) => parseDays(days) !== undefined, { error: oneOrMoreDays })
        .default('Mon-Sun')
        .describe('Days on which a span of hours begins: Mon-Fri, Sat, or a list of such'),
      from: timeOfDay('must be a time in quotes, such as "08:00"')
        .default('00:00')
        .describe('First minute, "HH:MM"'),
      to: timeOfDay('must be a time in quotes, such as "19:00"')
        .default('24:00')
        .describe('First minute that is outside again, "HH:MM"; earlier than `from`: on the next day'),
      holidays: z
        .array(z.iso.date({ error: 'must be a date, such as 2026-12-25' }))
        .default([])
        .describe('Dates on which no span of hours begins'),
    })
    .refine(({ from, to }) => from !== to, {
      error: 'from and to are the same: for the whole day leave both out',
      path: ['to'],
    })
    .describe('Hours of a week in a place'),
);

export type Accounts = z.infer<typeof accountsSchema>;
export type Teams = z.infer<typeof teamsSchema>;
export type Networks = z.infer<typeof networksSchema>;
export type Calendar = z.infer<typeof calendarsSchema>[string];
export type Calendars = z.infer<typeof calendarsSchema>;
