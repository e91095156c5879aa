export default {
  extends: ['@commitlint/config-conventional'],
  rules: {
    // The conventional types, and "bench": what measures is neither a test nor a feature.
    'type-enum': [
      2,
      'always',
      ['bench', 'build', 'chore', 'ci', 'docs', 'feat', 'fix', 'perf', 'refactor', 'revert', 'style', 'test'],
    ],
    // A subject may begin with a name: PostgreSQL is no shouting.
    'subject-case': [0],
    // What counts is the form and the reason. A line too long is a pity, and no cause to rewrite history.
    'header-max-length': [1, 'always', 120],
    'body-max-line-length': [0],
    'footer-max-line-length': [0],
  },
}
