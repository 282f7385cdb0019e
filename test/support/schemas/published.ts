import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv, type ErrorObject } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';

// SARIF has patterns that are none in Unicode mode.
const options = { strict: false, unicodeRegExp: false };

/** Says what a published schema has against a document, as it is when it is written: JSON has no `undefined`. */
export function publishedSchema(
  file: 'asff.json' | 'ocsf-detection-finding.json' | 'sarif-2.1.0.json',
): (document: unknown) => readonly ErrorObject[] {
  const schema = JSON.parse(readFileSync(join(import.meta.dirname, file), 'utf8'));
  const ajv = schema.$schema?.includes('2020-12') ? new Ajv2020(options) : new Ajv(options);
  formats.default(ajv);
  const validate = ajv.compile(schema);
  return (document) => {
    validate(JSON.parse(JSON.stringify(document)));
    return validate.errors ?? [];
  };
}
