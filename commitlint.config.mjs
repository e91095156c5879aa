export default {
  extends: ['@commitlint/config-conventional'],
  rules: {
    // A subject may begin with a name: PostgreSQL is no shouting.
    'subject-case': [0],
    // As wide as the code.
    'header-max-length': [2, 'always', 120],
    'body-max-line-length': [2, 'always', 120],
    'footer-max-line-length': [2, 'always', 120],
  },
}
