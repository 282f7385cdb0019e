/** Who may import whom. `scripts/check-dependencies.ts` runs this, and fails too when it saw no modules. */
export default {
  forbidden: [
    {
      name: 'core-is-pure',
      comment:
        'functions/core runs anywhere, the same each time: it reaches no SDK, no middleware, no CDK, nothing of Node and no other folder, not even indirectly.',
      severity: 'error',
      from: { path: '^functions/core/' },
      to: {
        path: '^(functions/(?!core/)|cdk/|cli/|demo/|scripts/|test/|evaluation/|bench/|node_modules/(@aws-sdk|@smithy|@middy|@aws-lambda-powertools|aws-cdk-lib)/)',
        reachable: true,
      },
    },
    {
      name: 'core-uses-nothing-of-node',
      comment: 'Clock, files, network and randomness come through ports.',
      severity: 'error',
      from: { path: '^functions/core/' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'sdk-only-in-adapters',
      comment:
        'AWS is spoken to in one place, behind ports, so that everything else can be tested without it.',
      severity: 'error',
      from: { path: '^(functions|cdk|cli)/', pathNot: '^functions/adapters/' },
      to: { path: '^node_modules/@(aws-sdk|smithy)/' },
    },
    {
      name: 'no-function-imports-another',
      comment: 'Each Lambda is deployed, and reasoned about, alone.',
      severity: 'error',
      from: { path: '^functions/(?!core/|adapters/|middleware/)([^/]+)/' },
      to: { path: '^functions/(?!core/|adapters/|middleware/)([^/]+)/', pathNot: '^functions/$1/' },
    },
    {
      name: 'adapters-and-middleware-know-no-function',
      comment: 'They serve every function, so they know none.',
      severity: 'error',
      from: { path: '^functions/(adapters|middleware)/' },
      to: { path: '^functions/(?!core/|adapters/|middleware/)' },
    },
    {
      name: 'cdk-imports-only-env-and-model',
      comment:
        'Infrastructure knows what a function needs in its environment, the settings and the receivers they name, never its code.',
      severity: 'error',
      from: { path: '^cdk/' },
      to: {
        path: '^functions/',
        pathNot: '^functions/([^/]+/env|core/model/[^/]+|core/errors|core/announcing/targets)\\.ts$',
      },
    },
    {
      name: 'cli-never-imports-handlers',
      comment: 'The command line is core and adapters.',
      severity: 'error',
      from: { path: '^cli/' },
      to: { path: '^(functions/(?!core/|adapters/)|cdk/)' },
    },
    {
      name: 'detectors-know-no-detector',
      comment: 'A detector is read, changed and removed alone.',
      severity: 'error',
      from: { path: '^functions/core/detectors/(?!index)' },
      to: { path: '^functions/core/(detectors|engine|format|normalise)/' },
    },
    {
      name: 'what-is-simulated-knows-no-detector',
      comment: 'The simulated organisations measure the detectors, so they must not be made for them.',
      severity: 'error',
      from: { path: '^evaluation/organisation/' },
      to: { path: '^(functions|cli|cdk)/' },
    },
    {
      name: 'shipped-code-knows-no-tests',
      comment: 'What ships does not depend on what tests it.',
      severity: 'error',
      from: { path: '^(functions|cdk|cli)/' },
      to: { path: '^(test|demo|scripts|evaluation|bench)/' },
    },
    {
      name: 'no-cycles',
      comment: 'A cycle has no first part to read.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-orphans',
      comment: 'A module that nothing reaches is dead.',
      severity: 'error',
      from: { orphan: true, pathNot: '\\.(test|cases)\\.ts$' },
      to: {},
    },
    {
      name: 'no-unresolved',
      comment: 'An import that cannot be resolved hides every rule about it.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
  },
};
