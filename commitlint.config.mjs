export default {
  extends: ['@commitlint/config-conventional'],
  rules: {
    // As wide as the code.
    'header-max-length': [2, 'always', 120],
    'body-max-line-length': [2, 'always', 120],
    'footer-max-line-length': [2, 'always', 120],
  },
}
