/** What the package `secrets-audit` exports for other CDK apps. */
export { SettingsError } from '../functions/core/errors.ts';
export { defaultSettings, parseSettings, type Settings } from '../functions/core/model/settings.ts';
export type { RequiredStatements } from './constructs/required-statements.ts';
export { SecretsAudit } from './constructs/secrets-audit.ts';
export type { SecretsAuditProps } from './constructs/secrets-audit-props.ts';
export { AuditStack, type AuditStackProps } from './stacks/audit-stack.ts';
